"""Where a process of many threads takes its memory from, and that it gives it back."""

import ctypes
import sys
import threading

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
MOST = 2
LARGE = 2 << 20
"""Bytes: what takes so much is apart from all else, and goes back as soon as it is freed."""
EVERY_S = 30.0
WORTH = 24 << 20
"""Bytes: of less it is not worth looking for the pages that are wholly free, which takes some milliseconds."""


class _Mallinfo(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "free", "top")
    ]


def share_arenas() -> None:
    """Lets all threads that are yet to come take memory from the same places. glibc gives up to eight for each processor, each
    of which keeps what its threads have freed: tens of megabytes of one that once read the past, and of the next. Threads of
    Python seldom ask at the same time.

    And keeps large things apart: glibc takes that a large one was freed for a sign that there will be others, up to 32 MiB
    each, and has them between the small ones from then on, where each leaves a hole. Elsewhere this does nothing."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_ARENA_MAX, MOST)
        libc.mallopt(_M_MMAP_THRESHOLD, LARGE)
        libc.mallopt(_M_TRIM_THRESHOLD, 4 * LARGE)


def give_back() -> None:
    """What was freed between things that are still there, which glibc keeps: after an hour of a busy desk more than a
    half of all that it had ever taken at once."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallinfo2"):
        libc.mallinfo2.restype = _Mallinfo
        if libc.mallinfo2().free > WORTH:
            libc.malloc_trim(0)


def keep_giving_back() -> None:
    """In a thread that lasts as long as the process."""

    def run() -> None:
        while not never.wait(EVERY_S):
            give_back()

    never = threading.Event()
    threading.Thread(target=run, name="memory", daemon=True).start()
