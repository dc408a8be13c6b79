"""The privacy panel: what was measured on this laptop, each line with how that is known."""
