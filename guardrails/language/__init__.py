"""The language of a message: Dutch, English, or another."""
