"""Pictures: parts as they are taken, each with its moment; and nobody is watched for when nobody looks."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import requests

from tests.client.waiting import wait_until
from tests.http.conftest import Desk, Shop
from tests.http.sensed import BLURRED
from tests.http.site import NOON, STORE


@pytest.fixture
def desk(shop: Shop) -> Iterator[Desk]:
    shop.sensed.is_lost = False
    yield shop.sign_in("staff")
    shop.sensed.is_lost = True
    wait_until(lambda: shop.sensed.watching == 0)


def read_part(answer: requests.Response) -> tuple[dict[str, str], bytes]:
    """Head and picture of the next part, read by its announced length."""
    lines = iter(lambda: answer.raw.readline().decode().strip(), None)
    assert next(line for line in lines if line) == "--picture"
    head = dict(line.split(": ", 1) for line in iter(lambda: next(lines), ""))
    return head, answer.raw.read(int(head["Content-Length"]))


def test_live_pictures_come_with_their_moments(desk: Desk) -> None:
    with desk.get("/v1/cameras/cam1/live?width=320", stream=True) as answer:
        assert answer.headers["Content-Type"] == "multipart/x-mixed-replace; boundary=picture"
        stamps = []
        for _ in range(3):
            head, picture = read_part(answer)
            assert head["Content-Type"] == "image/jpeg"
            assert picture == BLURRED
            stamps.append(datetime.fromisoformat(head["X-Captured-At"]))
        assert stamps == sorted(set(stamps))
        assert stamps[0].tzinfo is not None


def test_the_camera_is_told_when_nobody_looks_any_more(shop: Shop, desk: Desk) -> None:
    answers = [desk.get("/v1/cameras/cam1/live", stream=True) for _ in range(3)]
    wait_until(lambda: shop.sensed.watching == 3)
    for answer in answers:
        read_part(answer)
        answer.close()
    wait_until(lambda: shop.sensed.watching == 0)


def test_the_stream_ends_when_the_camera_does(shop: Shop, desk: Desk) -> None:
    with desk.get("/v1/cameras/cam1/live", stream=True) as answer:
        read_part(answer)
        shop.sensed.is_lost = True
        assert answer.raw.read().endswith(b"--picture--\r\n")
    assert desk.get("/v1/cameras/cam1/live").status_code == 503


def test_one_picture(desk: Desk) -> None:
    answer = desk.get("/v1/cameras/cam1/picture")
    assert (answer.headers["Content-Type"], answer.content) == ("image/jpeg", BLURRED)
    assert answer.headers["X-Captured-At"].endswith("Z")
    assert datetime.fromisoformat(answer.headers["X-Captured-At"]).timestamp() * 1e6 == NOON


def test_kept_readings_are_asked_in_microseconds(shop: Shop, desk: Desk) -> None:
    span = "from=2026-05-28T20:26:40.000001Z&to=2026-05-28T22:26:41%2B02:00"
    answer = desk.get(f"/v1/stores/{STORE}/weights?plates=1.1.2,1.1.1,1.1.2&points=10&{span}")
    assert answer.json()["series"][0]["greatest"] == [None]
    assert shop.sensed.asked[-1] == (STORE, ("1.1.2", "1.1.1"), NOON + 1, NOON + 1_000_000, 10)
    assert desk.get(f"/v1/stores/{STORE}/positions?{span}").json()["fixes"] == [[NOON + 1, "t1", None, 1.0, 2.0, []]]
