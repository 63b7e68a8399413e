"""Inputs that lie elsewhere, read in ranges through fsspec. Imported only when a URL is given."""
