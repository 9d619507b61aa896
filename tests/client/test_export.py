"""An export is there whole or not at all, whatever comes in its place."""

import hashlib
import io
import os
import shutil
import tarfile
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from store_client.client import StoreClient
from store_client.contract.export import ExportedFile, ExportManifest
from store_client.errors import BadAnswer, Failed, NotPermitted, StoreError, Unreachable
from store_client.export import receive
from tests.client.samples import session
from tests.client.web import Behaviour, Handler, Web, good, problem
from tests.wire.examples import EXAMPLES

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILM = bytes(range(256)) * 9_000
SPAN = (NOON, NOON + timedelta(minutes=1))


def manifest(**contents: bytes) -> bytes:
    sample = EXAMPLES["ExportManifest"]
    assert isinstance(sample, ExportManifest)
    files = [
        ExportedFile(
            name=name, kind="clip", sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), cameras=["cam1"],
            begins_at=1, ends_at=2, items=1,
        )
        for name, data in contents.items()
    ]  # fmt: skip
    return msgspec.json.encode(msgspec.structs.replace(sample, files=files))


def tar(files: Mapping[str, bytes], made: str = "0.5") -> bytes:
    found = tarfile.TarInfo.create_pax_global_header({"comment": made})
    for name, data in files.items():
        info = tarfile.TarInfo(name)
        info.size = len(data)
        found += info.tobuf(tarfile.PAX_FORMAT) + data + bytes(-len(data) % 512)
    return found + bytes(1024)


GOOD = tar({"film.mp4": FILM, "manifest.json": manifest(**{"film.mp4": FILM}), "signature.json": b"{}"})

OTHER = tar({"side.mp4": FILM, "manifest.json": manifest(**{"side.mp4": FILM}), "signature.json": b"{}"})


def sent(body: bytes, *, is_whole: bool = True) -> Behaviour:
    """In chunks, as a store that does not know how much it will be; ``is_whole``: and their end."""

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        for name, value in {"Content-Type": "application/x-tar", "X-Expected-Bytes": str(len(FILM))}.items():
            handler.send_header(name, value)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        part = io.BytesIO(body)
        while data := part.read(100_000):
            handler.wfile.write(b"%x\r\n" % len(data) + data + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n" if is_whole else b"")
        handler.close_connection = True

    return behave


@pytest.fixture
def signed_in(web: Web, client: StoreClient) -> StoreClient:
    web.answers = [good(session("t1"))]
    client.sign_in("ada", "secret")
    web.seen.clear()
    return client


def export(client: StoreClient, folder: Path, shares: list[float] | None = None) -> ExportManifest:
    told = [] if shares is None else shares
    return client.export("s1", ["cam1", "cam2"], *SPAN, "clips", folder, told.append, faces="g1")


def test_it_is_unpacked_as_it_comes(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    web.answers = [sent(GOOD)]
    shares: list[float] = []
    made = export(signed_in, tmp_path / "new" / "export", shares)
    assert [file.name for file in made.files] == ["film.mp4"]
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"export"}
    assert (tmp_path / "new" / "export" / "film.mp4").read_bytes() == FILM
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.45, 0.55)
    assert web.seen[0].path == (
        "/v1/stores/s1/export?from=2026-03-01T12%3A00%3A00.000000Z&to=2026-03-01T12%3A01%3A00.000000Z"
        "&cameras=cam1%2Ccam2&kind=clips&faces=g1"
    )


NOT_WHOLE: list[tuple[str, Behaviour, type[StoreError]]] = [
    ("the store dies", sent(GOOD[:1_000_000], is_whole=False), Unreachable),
    ("it ends early", sent(GOOD[:1_000_000]), Failed),
    ("nothing comes", sent(b""), Failed),
    ("no archive", sent(b"x" * 5_000), BadAnswer),
    ("no signature", sent(tar({"film.mp4": FILM, "manifest.json": manifest(**{"film.mp4": FILM})})), BadAnswer),
    ("another film", sent(tar({"film.mp4": b"x", "manifest.json": manifest(**{"film.mp4": FILM}), "signature.json": b""})), BadAnswer),
    ("a film more", sent(tar({"film.mp4": FILM, "b.mp4": b"", "manifest.json": manifest(**{"film.mp4": FILM}), "signature.json": b""})), BadAnswer),
    ("a way out", sent(tar({"../film.mp4": FILM})), BadAnswer),
    ("a folder", sent(tar({"a/film.mp4": FILM})), BadAnswer),
    ("a manifest of no form", sent(tar({"manifest.json": b"[]", "signature.json": b""})), BadAnswer),
    ("no leave", problem(403, "not-permitted"), NotPermitted),
]  # fmt: skip


@pytest.mark.parametrize(("name", "answer", "error"), NOT_WHOLE, ids=[name for name, _, _ in NOT_WHOLE])
def test_nothing_is_left_of_what_is_not_whole(
    web: Web, signed_in: StoreClient, tmp_path: Path, name: str, answer: Behaviour, error: type[StoreError]
) -> None:
    web.answers = [answer]
    with pytest.raises(error):
        export(signed_in, tmp_path / "export")
    assert list(tmp_path.iterdir()) == []
    web.answers = [sent(GOOD)]
    export(signed_in, tmp_path / "export")


def test_two_exports_to_one_folder_are_not_mixed(tmp_path: Path) -> None:
    folder, first_goes_on = tmp_path / "export", threading.Event()

    def first() -> Iterator[bytes]:
        yield GOOD[:100_000]
        assert first_goes_on.wait(60)
        yield GOOD[100_000:]

    with ThreadPoolExecutor(1) as beside:
        begun = beside.submit(receive, first(), len(GOOD), folder, lambda _: None)

        def second() -> Iterator[bytes]:
            yield OTHER[:100_000]
            first_goes_on.set()
            begun.exception(60)
            yield OTHER[100_000:]

        with pytest.raises(OSError, match="export"):
            receive(second(), len(OTHER), folder, lambda _: None)
    assert [file.name for file in begun.result().files] == ["film.mp4"]
    assert {path.name for path in tmp_path.iterdir()} == {"export"}
    assert {path.name for path in folder.iterdir()} == {"film.mp4", "manifest.json", "signature.json"}


def test_whoever_takes_it_back_leaves_nothing(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    class TakenBack(Exception):
        pass

    def told(share: float) -> None:
        if share > 0.48:
            raise TakenBack

    web.answers = [sent(GOOD)]
    with pytest.raises(TakenBack):
        signed_in.export("s1", ["cam1"], *SPAN, "clips", tmp_path / "export", told)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_and_leaves_nothing(
    web: Web, signed_in: StoreClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.answers = [sent(GOOD), sent(GOOD)]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage())
    with pytest.raises(OSError, match="no room for 2 MiB"):
        export(signed_in, tmp_path / "export")
    monkeypatch.undo()

    def fsync(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="No space left"):
        export(signed_in, tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


class _Usage:
    free = 1_000_000


def test_what_is_there_is_not_written_over(web: Web, signed_in: StoreClient, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "film.mp4").write_bytes(b"mine")
    web.answers = [sent(GOOD)]
    with pytest.raises(OSError, match="is there already"):
        export(signed_in, tmp_path / "export")
    assert (tmp_path / "export" / "film.mp4").read_bytes() == b"mine"
