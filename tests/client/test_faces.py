"""Leave to see faces, and the addresses of pictures with and without."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest

from store_client.client import StoreClient
from store_client.contract.faces import FacesGrant, FacesRequest
from store_client.errors import FacesNeeded, NotPermitted, WrongPassword
from store_client.pictures import picture_of
from tests.client.samples import session
from tests.client.web import Web, good, problem, raw

GRANT = FacesGrant("0198c0de-0000-7000-8000-00000000face", "ada", datetime(2026, 3, 1, 12, tzinfo=UTC))
SAID = {"x-captured-at": "2026-03-01T12:00:00.000040Z", "x-clock-error": "1500"}


@pytest.fixture
def signed_in(web: Web, client: StoreClient) -> StoreClient:
    web.answers = [good(session("t1"))]
    client.sign_in("ada", "secret")
    web.seen.clear()
    return client


def test_leave_is_asked_for_with_a_reason_and_a_password(web: Web, signed_in: StoreClient) -> None:
    web.answers = [raw(201, msgspec.json.encode(GRANT))]
    assert signed_in.grant_faces("s 1", FacesRequest("a child is lost", "secret")) == GRANT
    (asked,) = web.seen
    assert (asked.method, asked.path) == ("POST", "/v1/stores/s%201/faces")
    assert msgspec.json.decode(asked.body) == {"reason": "a child is lost", "password": "secret", "case": None}


def test_a_wrong_password_is_shown_once_and_renews_nothing(web: Web, signed_in: StoreClient) -> None:
    """The store counts each: shown twice, half of the tries would lock the name."""
    web.answers = [problem(401, "wrong-password"), good(session("t2")), problem(401, "wrong-password")]
    with pytest.raises(WrongPassword):
        signed_in.grant_faces("s1", FacesRequest("a child is lost", "guess"))
    assert web.paths() == ["POST /v1/stores/s1/faces"]


def test_what_shows_faces_is_refused_as_such(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    web.answers = [problem(403, "faces-needed")]
    with pytest.raises(FacesNeeded) as refused:
        signed_in.clip("c1", noon, noon + timedelta(seconds=1), tmp_path / "x.mp4", faces=GRANT.id)
    assert isinstance(refused.value, NotPermitted)
    assert web.seen[0].path.endswith(f"&faces={GRANT.id}")


def test_addresses_say_all_that_is_asked(signed_in: StoreClient) -> None:
    url = signed_in.pictures_url("c/1", width=320, every=3, faces=GRANT.id)
    assert url.endswith(f"/v1/cameras/c%2F1/live?width=320&every=3&faces={GRANT.id}")
    noon = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    again = signed_in.replay_url("c1", noon, 0.25, width=640)
    assert again.endswith("/v1/cameras/c1/replay?from=2026-03-01T12%3A00%3A00.000000Z&speed=0.25&width=640")


def test_a_picture_says_what_became_of_faces_and_which_are_beside_it() -> None:
    plain = picture_of(SAID, b"x")
    assert (plain.is_clear, plain.clock_error_us, plain.before_at, plain.next_at) == (False, 1_500, None, None)
    beside = {"x-captured-before": "2026-03-01T12:00:00Z", "x-captured-next": "2026-03-01T12:00:01Z"}
    clear = picture_of(SAID | beside | {"x-faces": "clear"}, b"x")
    assert clear.is_clear
    assert (clear.captured_at - (clear.before_at or 0), (clear.next_at or 0) - clear.captured_at) == (40, 999_960)
