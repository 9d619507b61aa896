"""Threads that come after all others where a machine is full: what draws and covers pictures, beside what a person waits for."""

import os
import sys
import threading

NICENESS = 5
"""A third of the weight of others: less, and what waits for the interpreter while such a thread has it would stand still."""


def give_way() -> None:
    """Of the calling thread, for the rest of its life. Only Linux gives threads of one process a weight of their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
