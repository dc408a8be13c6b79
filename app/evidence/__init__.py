"""The evidence: every probe set of the repository run against the guard, counted, and written down with a date."""
