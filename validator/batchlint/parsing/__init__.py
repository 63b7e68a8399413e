"""From the bytes of one line to a Python value, strictly and safely; and from a fault to its place."""
