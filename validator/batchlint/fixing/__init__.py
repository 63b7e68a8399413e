"""Repairing batch files: byte edits for the findings that have one obvious repair, and a careful replacement."""
