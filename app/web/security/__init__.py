"""The outermost layer of the person's program: who may ask what, what every answer carries."""
