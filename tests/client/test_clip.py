"""Recorded pictures as the client gives them: what they say of themselves is read, and what they lack is refused."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from store_client.client import StoreClient
from store_client.clip import Clip
from store_client.contract.moment import to_micros
from store_client.errors import BadAnswer, NotFound
from store_client.pictures import Picture
from tests.client.samples import session
from tests.client.web import Behaviour, Handler, Web, good, problem, raw

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JPEG = b"\xff\xd8 a picture \xff\xd9"
SAID = {
    "X-Captured-At": "2026-03-01T12:00:00.000040Z",
    "X-Captured-Last": "2026-03-01T12:00:09.960000Z",
    "X-Covered-Until": "2026-03-01T12:00:10.000000Z",
    "X-Clock-Error": "1500",
    "X-Frames": "250",
}
BY_LOCAL_TIME = NOON.astimezone(timezone(timedelta(hours=2)))


@pytest.fixture
def signed_in(web: Web, client: StoreClient) -> StoreClient:
    web.answers = [good(session("t1"))]
    client.sign_in("ada", "secret")
    web.seen.clear()
    return client


def answer(body: bytes, kind: str, headers: dict[str, str]) -> Behaviour:
    def behave(handler: Handler) -> None:
        handler.send_response(200)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def test_a_clip_is_written_and_says_what_it_shows(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    web.answers = [answer(b"an mp4", "video/mp4", SAID)]
    clip = signed_in.clip("cam 1", BY_LOCAL_TIME, NOON + timedelta(seconds=10), tmp_path / "clip.mp4")
    noon = to_micros(NOON)
    assert clip == Clip(250, noon + 40, noon + 9_960_000, noon + 10_000_000, 1_500)
    assert (tmp_path / "clip.mp4").read_bytes() == b"an mp4"
    assert web.seen[0].path == (
        "/v1/cameras/cam%201/clip?from=2026-03-01T12%3A00%3A00.000000Z&to=2026-03-01T12%3A00%3A10.000000Z"
    )


@pytest.mark.parametrize("left_out", SAID)
def test_a_clip_that_does_not_say_what_it_shows_is_refused(
    web: Web, signed_in: StoreClient, tmp_path: Path, left_out: str
) -> None:
    web.answers = [answer(b"an mp4", "video/mp4", {name: text for name, text in SAID.items() if name != left_out})]
    with pytest.raises(BadAnswer):
        signed_in.clip("cam1", NOON, NOON + timedelta(seconds=10), tmp_path / "clip.mp4")


def test_where_nothing_was_recorded_no_file_is_left(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    web.answers = [problem(404, "not-found")]
    with pytest.raises(NotFound):
        signed_in.clip("cam1", NOON, NOON + timedelta(seconds=10), tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


def test_the_picture_of_a_moment(web: Web, signed_in: StoreClient) -> None:
    web.answers = [answer(JPEG, "image/jpeg", SAID)]
    assert signed_in.picture_at("cam1", NOON, width=320) == Picture(JPEG, to_micros(NOON) + 40, clock_error_us=1_500)
    assert web.seen[0].path == "/v1/cameras/cam1/picture?at=2026-03-01T12%3A00%3A00.000000Z&width=320"


def test_small_pictures_come_with_their_moments(web: Web, signed_in: StoreClient) -> None:
    part = b"--picture\r\nContent-Length: %d\r\nX-Captured-At: 2026-03-01T12:00:00.000040Z\r\n\r\n%s\r\n"
    body = part % (len(JPEG), JPEG) * 3 + b"--picture--\r\n"
    kind = "multipart/x-mixed-replace; boundary=picture"
    web.answers = [answer(body, kind, {}), answer(b"--picture--\r\n", kind, {}), raw(200, body, kind.split(";")[0])]
    span = (NOON, NOON + timedelta(seconds=3))
    assert signed_in.previews("cam1", *span, 1.0) == [Picture(JPEG, to_micros(NOON) + 40)] * 3
    assert signed_in.previews("cam1", *span, 0.5) == []
    assert web.seen[0].path.endswith("&every=1.0")
    with pytest.raises(BadAnswer):
        signed_in.previews("cam1", *span, 1.0)
