"""A walk through all that the desk shows, in every size, theme, size of text and language; see ``__main__``."""
