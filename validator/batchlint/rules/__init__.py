"""The rules as data: a table of names, families and severities, and one page of text for each."""
