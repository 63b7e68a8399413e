"""House policies: documents of the user, examined and put beside those of a profile."""
