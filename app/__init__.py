"""Klankbord, the program: pages, conversation, responders and the vault."""
