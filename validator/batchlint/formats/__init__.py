"""Views of findings: one module for each format, one registry."""
