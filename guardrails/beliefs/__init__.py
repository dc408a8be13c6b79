"""Beliefs and plans that a reply must not simply confirm."""
