"""Tools in which a person writes first: pure values and functions; their words are reviewed data."""
