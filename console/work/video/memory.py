"""How much memory a decoder may take: a picture may be made so that decoding it takes all there is."""

import sys

import psutil

if sys.platform == "linux":
    import resource

MOST_PIXELS = 40_000_000
"""Of a picture that is decoded at all (8K has 33 million): a few bytes of garbage may claim to be gigabytes."""
MOST_BYTES = 640 << 20
"""A decoder takes 60 MiB; the largest picture that it decodes another 280."""


def limit_own() -> None:
    """The system itself refuses more to this process, where it can: the picture is dropped, or the process ends."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))


def is_over(pid: int) -> bool:
    """Whether a process takes more, as on systems that do not refuse it. False for one that has ended."""
    try:
        return int(psutil.Process(pid).memory_info().rss) > MOST_BYTES
    except psutil.Error:
        return False
