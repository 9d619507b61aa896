"""Threads that come after all others where a machine is full: what draws and covers pictures, beside what a person waits for."""

import os
import sys
import threading

NICENESS = 5
"""More than the others of its process. A third of their weight: less, and what waits for the interpreter while such a thread
has it would stand still."""


def give_way() -> None:
    """Of the calling thread, for the rest of its life. Only Linux gives threads of one process a weight of their own."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS)
