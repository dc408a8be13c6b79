"""The conversation: values, the turn as a list of steps, and the desk that one person sits at."""
