"""Making this machine ready: the environment, the locks, the compiled engine. Standard library only."""
