"""What recording costs and what it gives: ``python -m tests.benchmarks.recording [--seconds N]``, one object of JSON.

- ``store``: a simulated store of the scenario, nobody looking: processor of the server and of its devices with and
  without recording, pictures and bytes a second.
- ``copying``: an hour of 25 Hz H.264 cut into one clip, against the plain way (``-c copy`` of the same library, from a
  file): seconds and bytes a second of each.
- ``jump``: milliseconds to the picture of a moment, of JPEG and of coded video.
- ``kills``: processes killed while they recorded: samples that were written, and of them those that were lost.
- ``store_kills``: whole stores killed (kill -9, at a random moment) while they recorded a film of 25 Hz: how many seconds
  before its death the last picture was taken up to which none is missing afterwards, at worst.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice, pairwise, repeat
from pathlib import Path
from typing import Any

import av
import psutil

from store_server.child import environment
from store_server.clock import Clock
from store_server.sensing.recording.archive import Archive
from store_server.sensing.recording.cutting import Cutting
from store_server.sensing.recording.darkroom import Darkroom
from store_server.sensing.recording.form import Form, Sample
from store_server.sensing.recording.recordings import Recordings
from tests.sensing.recording.film import JPEG_FORM, NOON, PERIOD_US, h264, pictures, write_h264
from tests.sensing.recording.test_archive import WRITER
from tests.sensing.veiled import always, unknowing
from tests.store_process import StoreProcess

FILM_S = 60
FILM_PERIOD_US = 40_000
WHOLE_S = 3_600


def processor(store: StoreProcess) -> dict[str, float]:
    """Seconds so far, by what the process is."""
    spent: dict[str, float] = {}
    server = psutil.Process(store.process.pid)
    for process in [server, *server.children(recursive=True)]:
        words = " ".join(process.cmdline())
        name = "devices" if "store_server.world" in words else "server" if process == server else "others"
        times = process.cpu_times()
        spent[name] = spent.get(name, 0.0) + times.user + times.system
    return spent


def recorded(folder: Path) -> tuple[int, int]:
    archive = Archive(folder)  # of a store that has ended
    segments = archive.all()
    return sum(len(archive.read(segment)[1]) for segment in segments), sum(segment.bytes for segment in segments)


def in_store(seconds: float, folder: Path, scenario: str) -> dict[str, Any]:
    store = StoreProcess(folder, "--scenario", scenario)
    try:
        time.sleep(10)
        before, began = processor(store), time.monotonic()
        time.sleep(seconds)
        after, passed = processor(store), time.monotonic() - began
    finally:
        store.stop()
    count, size = recorded(folder / "recordings")
    cost = {name: round(100 * (after[name] - before.get(name, 0.0)) / passed, 1) for name in after}
    whole = seconds + 10
    return {
        "processor_percent": cost,
        "pictures_per_second": round(count / whole, 1),
        "kib_per_second": round(size / whole / 1024, 1),
    }


def long_film(folder: Path) -> tuple[Form, list[Sample]]:
    """An hour, as the same minute again and again."""
    path = folder / "film.mp4"
    write_h264(path, FILM_S * 25)
    form, minute = h264(path)
    samples = [
        Sample(s.data, s.at_us + m * FILM_S * 1_000_000, s.decode_us + m * FILM_S * 1_000_000, 0, s.is_key)
        for m in range(WHOLE_S // FILM_S)
        for s in minute
    ]
    return form, samples


def archived(folder: Path, form: Form, samples: list[Sample]) -> Archive:
    archive = Archive(folder)
    segment = None
    for sample in samples:
        if sample.is_key and (segment is None or sample.at_us - segment.segment.begin_us >= FILM_S * 1_000_000):
            if segment is not None:
                segment.close()
            segment = archive.begin("cam", form, sample.at_us)
        assert segment is not None
        segment.append(sample)
    assert segment is not None
    segment.close()
    return archive


def copied(source: Path, target: Path) -> None:
    with av.open(str(source), "r") as reading, av.open(str(target), "w", format="mp4") as writing:
        stream = reading.streams.video[0]
        out = writing.add_stream_from_template(stream)
        for packet in reading.demux(stream):
            if packet.dts is not None:
                packet.stream = out
                writing.mux(packet)


def copying(folder: Path) -> dict[str, Any]:
    form, samples = long_film(folder)
    archive = archived(folder / "recordings", form, samples)
    target = folder / "clip.mp4"
    began = time.perf_counter()
    cut = Cutting(archive).cut("cam", NOON, NOON + WHOLE_S * 1_000_000)
    with target.open("wb") as file:
        for part in cut.content():
            file.write(part)
    ours_s = time.perf_counter() - began
    began = time.perf_counter()
    copied(target, folder / "copy.mp4")
    plain_s = time.perf_counter() - began
    size = target.stat().st_size
    return {
        "frames": cut.frames,
        "mib": round(size / 2**20, 1),
        "seconds": round(ours_s, 2),
        "plain_seconds": round(plain_s, 2),
        "ratio": round(ours_s / plain_s, 2),
    }


async def jumps(archive: Archive, times: int) -> list[float]:
    darkroom = Darkroom()
    clock = Clock()
    veil = unknowing(clock)
    recordings = Recordings(archive, darkroom, veil, clock, lambda: ["cam"])
    begin_us, end_us = Cutting(archive).reach("cam") or (0, 1)
    chance, took = random.Random(1), []
    await recordings.picture("cam", begin_us, 320, always)  # the first starts the process
    for _ in range(times):
        began = time.perf_counter()
        await recordings.picture("cam", chance.randrange(begin_us, end_us), 320, always)
        took.append(1_000 * (time.perf_counter() - began))
    await darkroom.close()
    veil.close()
    return sorted(took)


def jump(folder: Path) -> dict[str, Any]:
    found = {}
    coded = Archive(folder / "recordings")
    plain = archived(folder / "jpeg", JPEG_FORM, pictures(10_000))
    for name, archive in (("coded", coded), ("jpeg", plain)):
        took = asyncio.run(jumps(archive, 50))
        found[name] = {"median_ms": round(statistics.median(took), 1), "p95_ms": round(took[47], 1)}
    return found


def kills(folder: Path, times: int) -> dict[str, int]:
    chance, written, lost = random.Random(1), 0, 0
    for number in range(times):
        place = folder / f"kill-{number}"
        command = [sys.executable, "-c", WRITER, str(place)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(), text=True) as writer:
            assert writer.stdout is not None
            for _ in range(chance.randrange(1, 400)):
                last = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
            last = max([last, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        written += last + 1
        lost += sum(not is_whole for is_whole in islice(_read_back(place), last + 1))
    return {"kills": times, "written": written, "lost": lost}


def _read_back(place: Path) -> Iterator[bool]:
    """Of each picture in turn whether it is there as it was written; without end."""
    archive = Archive(place)
    for segment in archive.segments("cam"):
        frames = segment.frames.read_bytes()
        for entry in archive.read(segment)[1]:
            number = (entry.at_us - NOON) // PERIOD_US
            yield frames[entry.offset : entry.end] == pictures(1, entry.at_us, number)[0].data
    yield from repeat(False)


def store_kills(folder: Path, times: int) -> dict[str, Any]:
    film = folder / "film.mp4"
    write_h264(film, FILM_S * 25)
    chance, late = random.Random(1), []
    for number in range(times):
        place = folder / f"store-kill-{number}"
        store = StoreProcess(place, "--scenario", "quiet", "--camera", f"film={film}")
        time.sleep(8 + 2 * chance.random())
        killed_us = time.time_ns() // 1_000
        store.kill()
        archive = Archive(place / "recordings")
        moments = sorted(entry.at_us for s in archive.segments("added-film") for entry in archive.read(s)[1])
        apart = (earlier for earlier, later in pairwise(moments) if later - earlier > 1.5 * FILM_PERIOD_US)
        whole_us = next(apart, moments[-1]) if moments else 0
        late.append((killed_us - whole_us) / 1e6)
    return {"kills": times, "worst_s": round(max(late), 3)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each run of a store")
    parser.add_argument("--scenario", default="steady")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--store-kills", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {
            "store": in_store(asked.seconds, folder / "store", asked.scenario),
            "copying": copying(folder),
            "jump": jump(folder),
            "kills": kills(folder, asked.kills),
            "store_kills": store_kills(folder, asked.store_kills),
            "load": round(os.getloadavg()[0], 1),
        }
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
