"""The plain way to show cameras, to be measured beside the desk's: ``python -m tests.benchmarks.plain_wall FILM TILES WIDTH
SECONDS``. A thread a camera, each with VideoCapture.read and resize, at the film's rate. Prints what it took as JSON."""

import json
import os
import sys
import threading
import time
from collections.abc import Sequence

import cv2

from tests.benchmarks.projector import HEIGHT, RATE_HZ, WIDTH


class Reader(threading.Thread):
    def __init__(self, film: str, width: int, until_s: float) -> None:
        super().__init__()
        self._film, self._size, self._until_s = film, (width, width * HEIGHT // WIDTH), until_s
        self.pictures = 0
        self.newest: object = None

    def run(self) -> None:
        begun = time.monotonic()
        while time.monotonic() < self._until_s:
            camera = cv2.VideoCapture(self._film)
            while time.monotonic() < self._until_s:
                is_there, pixels = camera.read()
                if not is_there:
                    break
                self.newest = cv2.resize(pixels, self._size)
                self.pictures += 1
                time.sleep(max(0.0, begun + self.pictures / RATE_HZ - time.monotonic()))
            camera.release()


def main(words: Sequence[str]) -> None:
    film, tiles, width, seconds = words[0], int(words[1]), int(words[2]), float(words[3])
    before = os.times()
    readers = [Reader(film, width, time.monotonic() + seconds) for _ in range(tiles)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    after = os.times()
    spent = after.user + after.system - before.user - before.system
    print(json.dumps({"cpu_s": spent, "pictures": sum(reader.pictures for reader in readers)}))


if __name__ == "__main__":
    main(sys.argv[1:])
