"""What the desk keeps cannot be read or written."""


class Unusable(Exception):
    """``str()`` is one line for people: which file, and why."""


class MadeLater(Unusable):
    """By a later version of the desk. ``str()`` is the file."""
