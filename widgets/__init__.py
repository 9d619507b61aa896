"""Reusable parts of the desk. They know no store: plain values in, signals out; ``python -m widgets`` shows them all.

Every widget takes the theme first, is told of another by ``set_theme``, names itself to a screen reader and can be
used by keyboard alone. Keys given with inputs come back in signals as they were given.
"""
