"""A camera's stream, as it should be and as it should not."""

import io
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from store_client.errors import BadAnswer, Closed, NotPermitted, StoreError, TimedOut, Unreachable
from store_client.pictures import MAX_PICTURE, Picture, Pictures, live_url, parts
from tests.client.waiting import wait_until
from tests.client.web import Behaviour, Handler, Web, good, problem, silence

JPEG = b"\xff\xd8\xff\xe0 not really \r\n--b\r\n a picture \xff\xd9"
STAMP = "2026-03-01T08:00:00.000001Z"
TAKEN = 1_772_352_000_000_001


def part(jpeg: bytes = JPEG, stamp: str = STAMP, length: int | str | None = None) -> bytes:
    length = len(jpeg) if length is None else length
    head = f"--b\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\nX-Captured-At: {stamp}\r\n\r\n"
    return head.encode() + jpeg + b"\r\n"


def stream(*chunks: bytes, then: Callable[[Handler], None] | None = None) -> Behaviour:
    """Sends chunks, chunked as a real store does, then does ``then`` (or ends the body)."""

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", 'multipart/x-mixed-replace; boundary="b"')
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for chunk in chunks:
            handler.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        if then is None:
            handler.wfile.write(b"0\r\n\r\n")
        else:
            then(handler)
        handler.close_connection = True

    return answer


def watch(pictures: Pictures, taken: list[Picture]) -> StoreError:
    """Fills ``taken`` until the error that ends every stream."""
    try:
        for picture in pictures:
            taken.append(picture)  # noqa: PERF402 - as each comes
    except StoreError as error:
        return error
    raise AssertionError("a stream ends with an error")


def test_pictures_come_with_the_moment_they_were_taken(web: Web) -> None:
    whole = part() + part()
    web.otherwise = stream(part(), whole[:7], whole[7:60], whole[60:], b"--b--\r\n")
    taken: list[Picture] = []
    error = watch(Pictures(live_url(web.url, "c/1", 640), "t1"), taken)
    assert type(error) is Unreachable
    assert "the stream ended" in str(error)
    assert taken == [Picture(JPEG, TAKEN)] * 3
    [seen] = web.seen
    assert seen.path == "/v1/cameras/c%2F1/live?width=640"
    assert seen.headers["authorization"] == "Bearer t1"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html>hello</html>\r\n", "something other than a picture"),
        (b"--b\r\nno colon here\r\n\r\n", "head of a picture is garbled"),
        (b"--b\r\n" + b"X-A: b\r\n" * 40 + b"\r\n", "head of a picture is garbled"),
        (part(length="many"), "a picture of many bytes"),
        (part(length=-5), "a picture of -5 bytes"),
        (part(length=MAX_PICTURE + 1), f"a picture of {MAX_PICTURE + 1} bytes"),
        (part(jpeg=b"GIF89a"), "a picture is no JPEG"),
        (part(stamp="yesterday"), "taken at no moment"),
        (part(stamp="2026-03-01T08:00:00"), "taken at a moment of no zone"),
        (b"\x00" * 10_000, "a line between pictures has no end"),
        (part(length=len(JPEG) - 3), "something other than a picture"),
    ],
)
def test_garbage_is_named(body: bytes, says: str) -> None:
    with pytest.raises(BadAnswer, match=says):
        list(parts(io.BytesIO(body), b"b"))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (stream(part()[:-20]), Unreachable),
        (stream(part(), then=lambda handler: None), Unreachable),
        (stream(part(), then=silence), TimedOut),
        (problem(403, "not-permitted"), NotPermitted),
        (good({"no": "pictures"}), BadAnswer),
        (silence, TimedOut),
    ],
)
def test_a_stream_that_stops_ends_with_its_error(web: Web, answer: Behaviour, kind: type[StoreError]) -> None:
    web.otherwise = answer
    assert type(watch(Pictures(live_url(web.url, "c1"), patience=0.5), [])) is kind


def test_half_of_a_single_picture_is_none(web: Web) -> None:
    def half(handler: Handler) -> None:
        handler.send_response(200)
        for name, value in {"Content-Type": "image/jpeg", "Content-Length": len(JPEG), "X-Captured-At": STAMP}.items():
            handler.send_header(name, str(value))
        handler.end_headers()
        handler.wfile.write(JPEG[:-9])
        handler.close_connection = True

    web.otherwise = half
    taken: list[Picture] = []
    assert type(watch(Pictures(live_url(web.url, "c1")), taken)) is Unreachable
    assert not taken


def test_closing_wakes_who_reads(web: Web) -> None:
    web.otherwise = stream(part(), then=silence)
    pictures = Pictures(live_url(web.url, "c1"))
    taken: list[Picture] = []
    errors: list[StoreError] = []

    thread = threading.Thread(target=lambda: errors.append(watch(pictures, taken)))
    thread.start()
    wait_until(lambda: len(taken) == 1)
    pictures.close()
    thread.join(10)
    assert [type(error) for error in errors] == [Closed]


def test_a_decoder_starts_light() -> None:
    heavy = "{'requests', 'urllib3', 'tenacity', 'nats', 'asyncio', 'numpy', 'PySide6'}"
    code = f"import sys, store_client.pictures; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
