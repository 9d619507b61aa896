"""Where a process of many threads takes its memory from."""

import ctypes
import sys

_M_ARENA_MAX = -8
MOST = 2


def share_arenas() -> None:
    """Lets all threads that are yet to come take memory from the same places. glibc gives up to eight for each processor, each
    of which keeps what its threads have freed: tens of megabytes of one that once read the past, and of the next. Threads of
    Python seldom ask at the same time. Elsewhere this does nothing."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_ARENA_MAX, MOST)
