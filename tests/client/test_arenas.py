"""Where memory is taken from."""

import subprocess
import sys

import pytest

COUNT = """
import ctypes, threading
from store_client.arenas import share_arenas
share_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
threads = 6
together = threading.Barrier(threads)

def take():
    together.wait()
    libc.malloc(2_000)
    together.wait()

every = [threading.Thread(target=take) for _ in range(threads)]
for one in every: one.start()
for one in every: one.join()
libc.malloc_stats()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has arenas to count")
def test_threads_take_memory_from_the_same_places() -> None:
    said = subprocess.run([sys.executable, "-c", COUNT], check=True, capture_output=True, text=True).stderr
    assert 1 <= said.count("Arena ") <= 2
