"""The vault: what a person saw and wrote, encrypted under a key only that person holds."""
