"""The commands of `python -m app`: one file each, imported only when it is asked for."""
