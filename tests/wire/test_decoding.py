"""Classes that several threads decode into for the first time at the same moment."""

import subprocess
import sys
import threading

import msgspec

from store_client.contract.decoding import converted, from_json, from_msgpack
from tests.store_process import ROOT

ROUNDS = 150
DEPTH = 6
DATA = {"field0": [{"field0": [{"field0": [{"field0": [{"field0": [{"field0": 1}]}]}]}]}]}


def nested() -> type[msgspec.Struct]:
    """One that no thread has decoded into yet, and what is in it."""
    kind: type = int
    for depth in range(DEPTH):
        fields = [(f"field{number}", list[kind] if depth else int, None) for number in range(DEPTH)]  # type: ignore[valid-type]
        kind = msgspec.defstruct(f"Level{depth}", fields)
    return kind


def meet() -> None:
    """Four threads, each by another way. Raises AssertionError if one could not read."""
    kind, barrier, found = nested(), threading.Barrier(4), list[object]()
    json, msgpack = msgspec.json.encode(DATA), msgspec.msgpack.encode(DATA)
    ways = (
        lambda: from_json(json, kind),
        lambda: from_json(json, list[kind] | kind),  # type: ignore[valid-type]
        lambda: from_msgpack(msgpack, kind),
        lambda: converted(DATA, kind),
    )

    def read(way: int) -> None:
        barrier.wait()
        found.append(ways[way]())

    threads = [threading.Thread(target=read, args=(way,)) for way in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(msgspec.json.encode(one)[:10] == json[:10] for one in found)


def test_threads_that_read_a_kind_for_the_first_time_at_once_do_not_crash() -> None:
    """In a process of its own: without the lock it ends by a signal, after a few rounds."""
    command = [sys.executable, "-m", __name__]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")


if __name__ == "__main__":
    sys.setswitchinterval(1e-6)
    for _ in range(ROUNDS):
        meet()
