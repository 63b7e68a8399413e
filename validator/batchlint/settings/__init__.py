"""What a user may set: where it comes from, which source wins, and what holds for one file."""
