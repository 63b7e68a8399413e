"""The command ``batchlint``."""
