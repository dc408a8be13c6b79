"""Reads danger in a message: reviewed phrase families in Dutch and English, with their scopes."""
