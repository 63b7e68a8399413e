"""Splitting a batch file into parts that a provider takes, every line untouched."""
