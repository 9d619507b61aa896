"""What the long run judges by: growth through deaths and noise, and a network that is as bad as it is said to be, no worse."""

import mmap
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.benchmarks.endurance import JUDGED, judge, own_bytes, slopes_of
from tests.benchmarks.slow_network import CUT, Relay, Weather

CHANGEABLE = Weather(late_s=0.01, jitter_s=0.01, pauses=0.2, pause_s=0.05)


def life(mib: float, an_hour: float, seconds: int, dice: random.Random) -> list[tuple[float, float]]:
    """Looks at a process that takes ``mib`` soon after its start, and a large picture now and then."""
    return [
        (at, mib * min(1.0, at / 60) + an_hour * at / 3_600 + dice.gauss(0, 1) + 80 * (dice.random() < 0.05))
        for at in map(float, range(0, seconds, 5))
    ]


@pytest.mark.parametrize("an_hour", [0.0, 30.0])
def test_growth_is_told_from_warming_up_and_noise(an_hour: float) -> None:
    dice = random.Random(1)
    slopes = [slope for _ in range(6) for slope in slopes_of(life(200.0, an_hour, 600, dice))]
    assert abs(float(np.median(slopes)) - an_hour) < 4.0


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="elsewhere what is shared is not told apart")
def test_what_is_shared_with_other_processes_counts_as_ones_own_and_mapped_files_do_not(tmp_path: Path) -> None:
    size = 64 << 20
    mapped = tmp_path / "recording"
    mapped.write_bytes(bytes(size))
    before = own_bytes(psutil.Process())
    with mapped.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        assert not any(view[place] for place in range(0, size, mmap.PAGESIZE))
        assert own_bytes(psutil.Process()) - before < size // 4
    shared = SharedMemory(create=True, size=size)
    try:
        assert shared.buf is not None
        shared.buf[:] = bytes(size)
        assert own_bytes(psutil.Process()) - before > size * 3 // 4
    finally:
        shared.close()
        shared.unlink()


def test_no_target_is_reached_by_what_was_not_seen() -> None:
    loop = {"p99_ms": 9.0, "worst_ms": 60.0}
    whole = {"event_loop": loop, "left_behind": {"files": 0}, "errors": [], "exit_code": 0}
    grown = {part: {"own_mib": 1.0} for part in JUDGED}
    assert all(judge(whole | {"growth_an_hour": grown}).values())
    for part in JUDGED:
        unseen = {other: of for other, of in grown.items() if other != part}
        assert not judge(whole | {"growth_an_hour": unseen})["own_mib_an_hour"]
    assert not judge(whole | {"growth_an_hour": grown, "errors": ["1 × console.shell: it failed"]})["errors"]


@contextmanager
def echo() -> Iterator[int]:
    """The port of a server that says what it hears."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        near, _ = server.accept()
        with near:
            while data := near.recv(1 << 16):
                near.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    yield int(server.getsockname()[1])
    thread.join(10)
    server.close()


def test_bytes_come_late_and_as_they_were_until_the_network_is_cut() -> None:
    sent = random.Random(1).randbytes(300_000)
    with echo() as port:
        relay = Relay(port, 1)
        relay.weather = CHANGEABLE
        with socket.create_connection(("127.0.0.1", relay.port), 10) as near:
            began = time.monotonic()
            near.sendall(sent)
            heard = b""
            while len(heard) < len(sent):
                heard += near.recv(1 << 16)
            assert heard == sent
            assert time.monotonic() - began >= 2 * CHANGEABLE.late_s
            relay.weather = CUT
            assert near.recv(1) == b""
        relay.close()
