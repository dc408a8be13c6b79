"""Verantwoording: what testers found, in plain words, with counts and dates."""
