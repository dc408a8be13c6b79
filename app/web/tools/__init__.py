"""The tools: a list, a page for each, one step at a time, and the whole on one page."""
