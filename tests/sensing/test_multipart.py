import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store_server.sensing.multipart import MOST_BYTES, CameraLost, Part, pictures
from tests.sensing.camera import HEAD, JPEG, part, served

END = b"--frame--\r\n"


def read(sent: bytes, stall_s: float = 30.0, *, is_silent: bool = False) -> tuple[list[Part], str]:
    """What is read of ``sent``, and why no more was."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        if is_silent:
            await asyncio.sleep(600)

    async def run() -> tuple[list[Part], str]:
        parts: list[Part] = []
        async with served(answer) as url:
            try:
                async for one in pictures(url, stall_s):
                    parts.append(one)
            except CameraLost as lost:
                return parts, str(lost)
        return parts, ""

    return asyncio.run(asyncio.wait_for(run(), 60))


def pictures_of(sent: bytes) -> list[bytes | None]:
    return [one.jpeg for one in read(sent)[0]]


def test_pictures_come_with_the_time_they_were_taken() -> None:
    parts, why = read(HEAD + part(0) + part(1) + END)
    assert [one.jpeg for one in parts] == [JPEG, JPEG]
    assert [one.captured_at for one in parts] == [1_767_225_600_000_000, 1_767_225_601_000_000]
    assert why == "the stream ended"


def test_pictures_without_a_length_are_found_by_their_boundary() -> None:
    plain = b"X-Camera: old\r\n"
    assert pictures_of(HEAD + part(0, head=plain) + part(1, head=plain) + part(2) + END) == [JPEG, JPEG, JPEG]


def test_garbage_costs_what_it_hits_and_no_more() -> None:
    garbage = [
        b"what is this\r\n\x00\x01",
        part(1, b"<html>404</html>"),
        part(1, JPEG[:-2]),
        b"--frame\r\nno header at all\r\n\r\n",
        part(1, head=b"Content-Length: many\r\n"),
        part(1, head=b"Content-Length: %d\r\n" % (MOST_BYTES + 1)),
        part(1, head=b"Content-Length: -5\r\n"),
    ]
    for one in garbage:
        found = pictures_of(HEAD + part(0) + one + part(2) + END)
        assert [jpeg for jpeg in found if jpeg] == [JPEG, JPEG], one


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "the stream ended"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "no HTTP"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "has nothing at this address"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", "no pictures: text/html"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "no pictures: text/plain"),
        (HEAD + part(0)[:-10], "the stream ended"),
        (HEAD + b"x" * (MOST_BYTES + 100), "a part without end"),
    ],
)
def test_what_is_no_camera_is_told_so(sent: bytes, said: str) -> None:
    assert said in read(sent)[1]


def test_a_camera_that_falls_silent_is_told_so() -> None:
    parts, why = read(HEAD + part(0), stall_s=0.3, is_silent=True)
    assert len(parts) == 1
    assert why == "sent nothing for 0.3 s"


def test_nobody_there() -> None:
    async def look() -> None:
        async with served(lambda _writer: asyncio.sleep(0)) as url:
            pass
        async for _ in pictures(url, 5.0):
            pass

    with pytest.raises(CameraLost, match="does not answer"):
        asyncio.run(look())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_whatever_make_it_fail(noise: bytes) -> None:
    read(noise)
    parts, why = read(HEAD + noise)
    assert why
    assert all(one.jpeg is None or one.jpeg.startswith(b"\xff\xd8") for one in parts)


def asked(url: str) -> tuple[str, str]:
    """What a camera is asked for at ``url`` (whose port is filled in), and why nothing came."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.0 401 Unauthorized\r\n\r\n")
        await writer.drain()
        writer.close()

    async def run() -> str:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            try:
                async for _ in pictures(url.replace("PORT", str(server.sockets[0].getsockname()[1])), 10.0):
                    pass
            except CameraLost as lost:
                return str(lost)
        return ""

    why = asyncio.run(asyncio.wait_for(run(), 60))
    return b"".join(heard).decode(), why


def test_a_password_goes_to_the_camera_and_nowhere_else() -> None:
    head, why = asked("http://ada:s3%40cret@127.0.0.1:PORT/live?channel=1")
    assert "Authorization: Basic YWRhOnMzQGNyZXQ=\r\n" in head
    assert "\r\nHost: 127.0.0.1:" in head
    assert why == "does not accept the name or the password"
    for url in ("ftp://ada:s3cret@camera/live", "ftp://camera/live?user=ada&password=s3cret"):
        head, why = asked(url)
        assert (head, "s3cret" in why, "camera/live" in why) == ("", False, True)
