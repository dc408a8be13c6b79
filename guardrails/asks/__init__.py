"""Requests and wishes that have their own fixed answer."""
