"""The brains that can answer: one folder each, all behind the protocol in protocol.py."""
