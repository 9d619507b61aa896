"""Where memory is taken from."""

import json
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


LARGE = """
import json
from store_client.arenas import share_arenas
share_arenas()

def heap_mib():
    with open("/proc/self/smaps") as file:
        lines = iter(file)
        for line in lines:
            if line.rstrip().endswith("[heap]"):
                return int(next(lines).split()[1]) >> 10
    return 0

for _ in range(3):  # the first that is freed tells glibc of the others
    large = bytearray(8 << 20)
    del large
before = heap_mib()
large = [bytearray(8 << 20) for _ in range(4)]
print(json.dumps([before, heap_mib()]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has them between the small ones")
def test_large_things_are_apart_from_small_ones() -> None:
    said = subprocess.run([sys.executable, "-c", LARGE], check=True, capture_output=True, text=True).stdout
    before, after = json.loads(said)
    assert after < before + 8


FRAGMENTS = """
import ctypes, json
from store_client.arenas import give_back

def resident_mib():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) >> 10

blocks = [bytearray(20_000) for _ in range(5_000)]
full = resident_mib()
kept = blocks[::50]
blocks.clear()
freed = resident_mib()
give_back()
print(json.dumps([full, freed, resident_mib()]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc keeps it")
def test_what_was_freed_between_things_that_stay_is_given_back() -> None:
    said = subprocess.run([sys.executable, "-c", FRAGMENTS], check=True, capture_output=True, text=True).stdout
    full, freed, given_back = json.loads(said)
    assert freed > full - 20, "glibc keeps it"
    assert given_back < full - 80
