"""How seldom the whole of the store's memory is looked through for what nobody can reach any more.

Each full collection holds up every thread: 200 to 360 ms of a full store, every four seconds as Python goes about it by
itself, to find 300 objects.
"""

import gc

FULL_AFTER = 200
"""Collections of what is younger before one of all, Python's own being 10: at most every minute or two of a full store."""


def tidy_seldom() -> None:
    """To be called once all is there that stays: that is left out from now on."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, FULL_AFTER)
    gc.collect()
    gc.freeze()
