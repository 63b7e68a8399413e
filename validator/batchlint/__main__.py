"""``python -m batchlint``."""

from batchlint.command.main import entry

if __name__ == "__main__":
    entry()
