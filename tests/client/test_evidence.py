"""Exhibits that are what their hash says, and case files that are there whole or not at all."""

import hashlib
from pathlib import Path

import pytest

from store_client import transport
from store_client.client import StoreClient
from store_client.errors import BadAnswer, NotFound, SignedOut, StoreError
from tests.client.samples import session
from tests.client.web import Behaviour, Handler, Web, good, problem, raw

JPEG = b"\xff\xd8 a picture \xff\xd9"
SHA256 = hashlib.sha256(JPEG).hexdigest()
ZIP = b"PK\x03\x04" + bytes(range(256)) * 4_000


@pytest.fixture
def signed_in(web: Web, client: StoreClient) -> StoreClient:
    web.answers = [good(session("t1"))]
    client.sign_in("ada", "secret")
    web.seen.clear()
    return client


def test_an_exhibit_is_what_its_hash_says(web: Web, signed_in: StoreClient) -> None:
    web.answers = [raw(200, JPEG, "application/octet-stream")]
    assert signed_in.case_exhibit("c1", SHA256) == JPEG
    assert web.seen[0].path == f"/v1/cases/c1/evidence/{SHA256}"
    web.answers = [raw(200, JPEG[:-1], "application/octet-stream")]
    with pytest.raises(BadAnswer, match="not what its hash says"):
        signed_in.case_exhibit("c1", SHA256)


def test_a_case_file_is_written_as_it_comes(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    web.answers = [problem(503, "unavailable"), raw(200, ZIP, "application/zip")]
    signed_in.case_file("c 1", tmp_path / "case.zip")
    assert (tmp_path / "case.zip").read_bytes() == ZIP
    assert [path.name for path in tmp_path.iterdir()] == ["case.zip"]
    assert [seen.path for seen in web.seen] == ["/v1/cases/c%201/file"] * 2


def cut_short(handler: Handler) -> None:
    """Promises more than it sends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/zip")
    handler.send_header("Content-Length", str(len(ZIP)))
    handler.end_headers()
    handler.wfile.write(ZIP[: len(ZIP) // 2])
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (problem(404, "not-found"), NotFound),
        (raw(200, b"<html>", "text/html"), BadAnswer),
        (raw(200, b"", "text/html"), BadAnswer),
        (cut_short, StoreError),
    ],
)
def test_what_fails_leaves_the_file_that_was_there(
    web: Web, signed_in: StoreClient, tmp_path: Path, answer: Behaviour, error: type[StoreError]
) -> None:
    (tmp_path / "case.zip").write_bytes(b"of yesterday")
    web.otherwise = answer
    with pytest.raises(error):
        signed_in.case_file("c1", tmp_path / "case.zip")
    assert (tmp_path / "case.zip").read_bytes() == b"of yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["case.zip"]


def test_what_was_cut_off_is_fetched_anew_from_its_beginning(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    web.answers = [cut_short, raw(200, ZIP, "application/zip")]
    signed_in.case_file("c1", tmp_path / "case.zip")
    assert (tmp_path / "case.zip").read_bytes() == ZIP


def test_a_file_without_end_does_not_fill_the_disk(
    web: Web, signed_in: StoreClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAX_FILE", 100_000)
    web.answers = [raw(200, ZIP, "application/zip")]
    with pytest.raises(BadAnswer, match="longer than"):
        signed_in.case_file("c1", tmp_path / "case.zip")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    web.answers = [raw(200, ZIP, "application/zip")]
    with pytest.raises(OSError, match="No such file"):
        signed_in.case_file("c1", tmp_path / "nowhere" / "case.zip")


def test_a_session_that_has_ended_is_renewed_on_the_way(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    web.answers = [problem(401, "signed-out"), good(session("t2")), raw(200, ZIP, "application/zip")]
    signed_in.case_file("c1", tmp_path / "case.zip")
    assert (tmp_path / "case.zip").read_bytes() == ZIP
    web.otherwise = problem(401, "signed-out")
    with pytest.raises(SignedOut):
        signed_in.case_file("c1", tmp_path / "case.zip")
