"""What a wall of cameras costs.

``python -m tests.benchmarks.wall [--seconds N] [--rounds N]`` prints one JSON object: milliseconds of processor for each
picture shown, of the desk's decoders (which fetch by HTTP, decode, make it as small as the tile and hand it over),
against ``ffmpeg -threads 1 -f null`` (which reads a file, decodes and throws away) and against the plain way (a thread a
camera with VideoCapture.read and resize), all of the same film of 640 × 360 within the same run, in turns; for walls of
4 and of 16 tiles.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import psutil
from PySide6.QtWidgets import QApplication

from tests.benchmarks.projector import HEIGHT, RATE_HZ, WIDTH, Projector, make_film
from tests.benchmarks.wall_desk import WallDesk, run_for, run_until
from tests.store_process import ROOT

TARGET = 1.25
WALLS = {4: (1_280, 760), 16: (1_280, 760)}
LARGE = {16: (1_920, 1_130)}
FILM_S = 6.0


def cpu_s(pids: Sequence[int]) -> float:
    return sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in pids)


def desk_ms(url: str, tiles: int, size: tuple[int, int], seconds: float) -> dict[str, float]:
    """``ms``: of the decoders, a picture; ``desk_ms``: of the desk, which copies and paints it."""
    wall = WallDesk(url, tiles, size)
    try:
        run_until(lambda: min(wall.pictures.values()) > RATE_HZ, 60, "every camera is shown")
        before, own, shown = cpu_s(wall.pool.pids), cpu_s([os.getpid()]), sum(wall.pictures.values())
        run_for(seconds)
        pictures = sum(wall.pictures.values()) - shown
        spent, mine = cpu_s(wall.pool.pids) - before, cpu_s([os.getpid()]) - own
        reduced = sum(stream.every > 1 for stream in wall.desk.pictures.streams.values.values())
        return {
            "ms": spent / pictures * 1e3,
            "desk_ms": mine / pictures * 1e3,
            "rate_hz": pictures / seconds / tiles,
            "tile": wall.width(),
            "reduced_tiles": reduced,
        }
    finally:
        wall.stop()


def ffmpeg_ms(film: Path, pictures: int, tiles: int) -> float:
    """All tiles at once, each a process, of a film long enough that starting it is not what counts."""
    read = ["-threads", "1", "-f", "mjpeg", "-framerate", str(RATE_HZ), "-i", str(film)]
    command = ["ffmpeg", "-v", "error", *read, "-f", "null", "-"]
    before = os.times()
    running = [subprocess.Popen(command, stdin=subprocess.DEVNULL) for _ in range(tiles)]
    for process in running:
        process.wait()
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return spent / (pictures * tiles) * 1e3


def plain_ms(film: Path, tiles: int, width: int, seconds: float) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.plain_wall", str(film), str(tiles), str(width), str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    return float(told["cpu_s"] / told["pictures"] * 1e3)


def measure(folder: Path, seconds: float, rounds: int) -> dict[str, object]:
    film, long_film = folder / "film.mjpeg", folder / "long.mjpeg"
    make_film(film, FILM_S)
    copies = 10
    long_film.write_bytes(film.read_bytes() * copies)
    pictures = round(FILM_S * RATE_HZ) * copies
    has_ffmpeg = shutil.which("ffmpeg") is not None
    projector = Projector(film)
    walls: dict[str, object] = {}
    try:
        for tiles, size in [*WALLS.items(), *LARGE.items()]:
            ours, theirs, plain = [], [], []
            for _ in range(rounds):
                ours.append(desk_ms(projector.url, tiles, size, seconds))
                if has_ffmpeg:
                    theirs.append(ffmpeg_ms(long_film, pictures, tiles))
                plain.append(plain_ms(long_film, tiles, int(ours[-1]["tile"]), seconds))
            walls[f"{tiles} tiles of {int(ours[0]['tile'])} pixels"] = _told(ours, theirs, plain)
    finally:
        projector.stop()
    return {
        "benchmark": "wall",
        "film": f"{WIDTH}×{HEIGHT} at {RATE_HZ}/s, {film.stat().st_size * copies // pictures // 1024} KiB a picture",
        "ffmpeg": "ran" if has_ffmpeg else "not on this machine: apt-get install ffmpeg",
        "load": [round(one, 1) for one in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "processors": os.cpu_count(),
        "walls": walls,
        "target": f"≤ {TARGET} × ffmpeg",
    }


def _told(ours: list[dict[str, float]], theirs: list[float], plain: list[float]) -> dict[str, object]:
    """Ratios are of each round, since the machine is another from round to round; then their median."""
    return {
        "decoders_ms_a_picture": round(median(one["ms"] for one in ours), 2),
        "desk_ms_a_picture": round(median(one["desk_ms"] for one in ours), 2),
        "cpu_s_a_stream_second": round(median(one["ms"] * one["rate_hz"] for one in ours) / 1e3, 4),
        "shown_hz": round(median(one["rate_hz"] for one in ours), 1),
        "reduced_tiles": max(one["reduced_tiles"] for one in ours),
        "ffmpeg_ms_a_picture": round(median(theirs), 2) if theirs else None,
        "plain_ms_a_picture": round(median(plain), 2),
        "of_ffmpeg": round(median(a["ms"] / b for a, b in zip(ours, theirs, strict=True)), 2) if theirs else None,
        "of_the_plain_way": round(median(a["ms"] / b for a, b in zip(ours, plain, strict=True)), 2),
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.wall")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(words)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), given.seconds, given.rounds), indent=1, ensure_ascii=False))
    application.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
