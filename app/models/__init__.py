"""Language models as files: which there are, how one is got, and what is kept of them. Knows no conversation."""
