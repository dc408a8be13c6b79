"""The bench for testers: what the guard reads and why, probe sets, pressure, models side by side. No vault, ever."""
