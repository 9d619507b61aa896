"""Cameras that send mutated pictures and mutated streams: ``python -m tests.benchmarks.mutants FILM --seed N --rate N``
serves them as ``/v1/cameras/mutant…/live`` and the film as it is as any other camera; prints its port and ends with its
standard input."""

import argparse
import random
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from store_client.contract.moment import from_micros
from tests.benchmarks.film import pictures_of
from tests.benchmarks.projector import RATE_HZ

STREAM_SHARE = 0.03
"""Of the mutations that are of the stream itself, which ends with it and is asked for again."""


def mutated(jpeg: bytes, dice: random.Random) -> bytes:
    """One to four changes to it."""
    body = bytearray(jpeg)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(2, max(3, len(body)))
        match dice.randrange(8):
            case 0:  # bits turn over
                for _ in range(dice.randint(1, 64)):
                    body[dice.randrange(len(body))] ^= 1 << dice.randrange(8)
            case 1:  # it ends too soon
                del body[at:]
            case 2:  # something is missing
                del body[at : at + dice.randint(1, 4_000)]
            case 3:  # something comes twice
                body[at:at] = body[at : at + dice.randint(1, 4_000)]
            case 4:  # a marker where none belongs
                body[at:at] = bytes([0xFF, dice.randrange(256)]) + dice.randbytes(dice.randint(0, 40))
            case 5:  # noise
                noise = dice.randbytes(dice.randint(1, 2_000))
                body[at : at + len(noise)] = noise
            case 6:  # another size than it has
                _resize(body, dice)
            case 7:  # tables of nonsense
                _scramble_tables(body, dice)
    return bytes(body) or b"\xff"


def _resize(body: bytearray, dice: random.Random) -> None:
    for marker in (b"\xff\xc0", b"\xff\xc2"):
        at = body.find(marker)
        if 0 <= at < len(body) - 9:
            sizes = (0, 1, 7, 65_535, dice.randrange(65_536))
            body[at + 5 : at + 9] = dice.choice(sizes).to_bytes(2, "big") + dice.choice(sizes).to_bytes(2, "big")


def _scramble_tables(body: bytearray, dice: random.Random) -> None:
    at = body.find(dice.choice((b"\xff\xc4", b"\xff\xdb", b"\xff\xda")))
    if 0 <= at < len(body) - 40:
        for _ in range(dice.randint(1, 16)):
            body[at + dice.randrange(2, 40)] = dice.randrange(256)


def part(jpeg: bytes, dice: random.Random | None) -> bytes:
    """``dice``: the part itself is wrong too."""
    at = from_micros(time.time_ns() // 1000).isoformat()
    length = str(len(jpeg))
    if dice is not None:
        match dice.randrange(6):
            case 0:
                length = dice.choice(("-1", "0", "99999999999999999999", "abc", str(len(jpeg) * 2), ""))
            case 1:
                at = dice.choice(("never", "9999-99-99", "", "2026-01-01T00:00:00", "\x00"))
            case 2:
                return dice.randbytes(dice.randint(1, 20_000))
            case 3:
                return b"--b\r\n" + b"X: y\r\n" * dice.randint(1, 200) + b"\r\n"
            case 4:
                return b"--b\r\n" + b"A" * dice.randint(1, 100_000)
            case 5:
                return b"--b--\r\n"
    head = f"--b\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\nX-Captured-At: {at}\r\n\r\n"
    return head.encode("latin-1") + jpeg + b"\r\n"


class _Mutants(BaseHTTPRequestHandler):
    pictures: list[bytes]
    rate_hz: float
    dice: random.Random

    def do_GET(self) -> None:
        is_mutant = "/mutant" in self.path
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=b")
        self.end_headers()
        begun, rate_hz = time.monotonic(), self.rate_hz if is_mutant else RATE_HZ
        try:
            for sent, body in enumerate(self._mutants() if is_mutant else self._good(), 1):
                self.wfile.write(body)
                time.sleep(max(0.0, begun + sent / rate_hz - time.monotonic()))
        except OSError:
            return  # nobody looks any more

    def _good(self) -> Iterator[bytes]:
        while True:
            for jpeg in self.pictures:
                yield part(jpeg, None)

    def _mutants(self) -> Iterator[bytes]:
        while True:
            is_stream = self.dice.random() < STREAM_SHARE
            jpeg = self.dice.choice(self.pictures)
            yield part(mutated(jpeg, self.dice), self.dice if is_stream else None)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Quiet."""


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.mutants")
    parser.add_argument("film", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=60.0)
    given = parser.parse_args(words)
    kind = {"pictures": pictures_of(given.film), "rate_hz": given.rate, "dice": random.Random(given.seed)}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Mutants", (_Mutants,), kind))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
