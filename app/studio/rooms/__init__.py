"""The rooms of a workshop: each answers the forms of one phase."""
