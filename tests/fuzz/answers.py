"""Answers of a store, or of whatever answers in its place, as the client reads them; and requests as the store does."""

import contextlib

import msgspec

from store_client.answers import decode, refusal
from store_client.clip import clip_of, pictures_of
from store_client.errors import StoreError
from store_client.pictures import picture_of
from store_server.desk.cursor import read_cursor
from store_server.http.body import decode as decode_request
from store_server.refusal import Refusal
from tests.fuzz.mutation import DEEP, JSON
from tests.fuzz.target import Target
from tests.wire.examples import HTTP

KINDS = [type(example) for example in HTTP]
REQUESTS = [kind for kind in KINDS if kind.__name__.endswith("Request")]
JPEG = b"\xff\xd8 \xff\xd9"


def read_answer(data: bytes) -> None:
    if not data:
        return
    with contextlib.suppress(StoreError):
        decode(data[1:], KINDS[data[0] % len(KINDS)])


def read_request(data: bytes) -> None:
    if not data:
        return
    try:
        if data[0] == 255:
            read_cursor(data[1:].decode("latin-1"), tuple[int, str])
        else:
            decode_request(data[1:], REQUESTS[data[0] % len(REQUESTS)])
    except Refusal:
        pass


def read_head(data: bytes) -> None:
    """Headers, an empty line, a body. The first byte: as the answer of which call it is taken."""
    if not data:
        return
    head, _, body = data[1:].partition(b"\r\n\r\n")
    pairs = (line.decode("latin-1").partition(":") for line in head.split(b"\r\n"))
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    try:
        match data[0] % 4:
            case 0:
                raise refusal((400, 401, 403, 404, 409, 412, 413, 423, 429, 500, 503)[data[0] // 4 % 11], headers, body)
            case 1:
                clip_of(headers)
            case 2:
                pictures_of(headers, body)
            case 3:
                picture_of(headers, body)
    except StoreError:
        pass


def answers() -> Target:
    seeds = [bytes([place]) + msgspec.json.encode(example) for place, example in enumerate(HTTP)]
    return Target(read_answer, [*seeds, *(b"\0" + deep for deep in DEEP)], JSON)


def requests() -> Target:
    examples = [example for example in HTTP if type(example) in REQUESTS]
    seeds = [bytes([REQUESTS.index(type(example))]) + msgspec.json.encode(example) for example in examples]
    return Target(read_request, [*seeds, b"\xffWzEsImEiXQ==", b"\0" + DEEP[0]], JSON)


def heads() -> Target:
    moment = "2026-03-01T08:00:00.250000+00:00"
    clip = f"X-Captured-At: {moment}\r\nX-Captured-Last: {moment}\r\nX-Covered-Until: {moment}\r\nX-Frames: 7\r\nX-Clock-Error: 9"
    one = f"X-Captured-At: {moment}\r\nX-Clock-Error: 12\r\nX-Faces: clear\r\nX-Captured-Before: {moment}"
    part = f"--b\r\nContent-Length: {len(JPEG)}\r\nX-Captured-At: {moment}\r\n\r\n".encode() + JPEG + b"\r\n--b--\r\n"
    problem = msgspec.json.encode(next(example for example in HTTP if type(example).__name__ == "Problem"))
    waits = ("120", "Wed, 21 Oct 2026 07:28:00 GMT")
    said = [f"Content-Type: application/problem+json\r\nRetry-After: {wait}".encode() for wait in waits]
    return Target(
        read_head,
        [
            *(bytes([4 * place]) + head + b"\r\n\r\n" + problem for place in range(11) for head in said),
            b"\1" + clip.encode(),
            b"\2Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part,
            b"\2Content-Type: multipart/mixed; boundary*=utf-8''%62\r\n\r\n" + part,
            b"\3" + one.encode() + b"\r\n\r\n" + JPEG,
        ],
    )
