"""Exports: what they hold is what was recorded, and every way in which one could be forged is named."""

import asyncio
import csv
import hashlib
import io
import shutil
import tarfile
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from store_client.contract.camera import Camera, Pose
from store_client.contract.case_file import MANIFEST, SIGNATURE
from store_client.contract.export import ExportKind, ExportManifest, signed_text
from store_client.contract.live import Device, Position, Positions
from store_client.contract.sensor import PlateSeries, PositionFix, PositionHistory, WeightHistory
from store_server.cause import said
from store_server.export_command import run
from store_server.refusal import Refusal
from store_server.sealed import NotValid, canonical, signature_of
from store_server.sensing.export import composing
from store_server.sensing.export.check import check
from store_server.sensing.export.composition import STRIP
from store_server.sensing.export.films import names_of
from store_server.sensing.export.making import Exports
from store_server.sensing.export.order import Order
from store_server.sensing.recording.archive import Archive
from store_server.signing import Signer
from tests.sensing.recording.film import HEIGHT, JPEG_FORM, NOON, PERIOD_US, h264, number_of, pictures, seen, write_h264
from tests.sensing.recording.test_cutting import record
from tests.sensing.site import SITE, STORE

US = 1_000_000
SPAN = (NOON, NOON + 4 * US)
CAMERAS = [
    Camera("cam", STORE, "Gänge 1", "added", 256, HEIGHT, [256], Pose(0, 2, 2.5, 3, 2, 0, 0.8)),
    Camera("till", STORE, "Gange 1", "added", 256, HEIGHT, [256]),
]
DEVICES = [
    Device(id="gondola-1", kind="gondola", name="Gondola 1", state="ok", last_seen=NOON, rate_hz=60.0, clock_error_us=3_500),
    Device(id="tracker", kind="tracker", name="Tracker", state="ok", last_seen=NOON, rate_hz=10.0, clock_error_us=9_000),
]  # fmt: skip


class Kept:
    """A history in which each plate weighed 100 g, and one person stood still."""

    def __init__(self) -> None:
        self.is_away = False

    async def weights(
        self, store: str, plates: Sequence[str], since_us: int, until_us: int, points: int
    ) -> WeightHistory:
        if self.is_away:
            raise Refusal("unavailable", "the broker does not answer")
        at = [since_us, since_us + US]
        return WeightHistory(store, US, NOON, [PlateSeries(plate, at, [99.5, None], [100.5, None]) for plate in plates])

    async def positions(self, store: str, since_us: int, until_us: int) -> PositionHistory:
        return PositionHistory(store, NOON + US, [PositionFix(NOON + US, "t1", None, 1.23456, 2.0)])

    async def tracked(self, since_us: int, until_us: int) -> list[Positions]:
        """Somebody stands under the middle of the picture, all the time but in the last second."""
        person = Position("t1", None, 3.0, 2.0, 0.9)
        return [
            Positions(epoch="", seq=1, measured_at=at_us, sent_at=at_us, people=[person])
            for at_us in range(max(since_us, NOON - US), min(until_us, NOON + 2 * US), 100_000)
        ]


@dataclass
class Shop:
    exports: Exports
    signer: Signer
    history: Kept
    signed: list[str] = field(default_factory=list)

    async def told(self, sha256: str) -> None:
        self.signed.append(sha256)

    def make(
        self,
        kind: ExportKind = "clips",
        cameras: Sequence[str] = ("cam", "till"),
        span: tuple[int, int] = SPAN,
        is_clear: bool = True,
    ) -> bytes:
        async def made() -> bytes:
            order = Order(tuple(cameras), *span, kind, "ada", is_clear)
            export = await self.exports.begin(STORE, order, self.told)
            async with aclosing(export.content) as content:
                return b"".join([part async for part in content])

        return asyncio.run(asyncio.wait_for(made(), 60))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_h264(path, 100)
    return path


@pytest.fixture
def shop(tmp_path: Path, film: Path) -> Shop:
    archive = Archive(tmp_path / "recordings")
    record(archive, *h264(film))
    segment = archive.begin("till", JPEG_FORM, NOON + US)
    for sample in pictures(25, NOON + US):
        segment.append(sample)
    segment.close()
    signer, history = Signer(Ed25519PrivateKey.generate()), Kept()
    exports = Exports(
        tmp_path / "exports", SITE, archive, history, signer, lambda: CAMERAS, lambda: DEVICES, lambda: NOON + 60 * US
    )
    return Shop(exports, signer, history)


def unpacked(archive: bytes, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            file = files.extractfile(member)
            assert file is not None
            (folder / member.name).write_bytes(file.read())
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def number_shown(frame: NDArray[np.uint8], left: int) -> int | None:
    """That of the film's picture in a tile; None where there is none: pictures are 4 times as wide as high."""
    middle = STRIP + 360 // 2
    picture = frame[middle - 20 : middle + 20, left : left + 640]
    return None if 50 < picture.max() < 120 else number_of(np.ascontiguousarray(picture))


def test_it_holds_what_was_recorded_and_is_signed(shop: Shop, tmp_path: Path) -> None:
    archive = shop.make()
    files = unpacked(archive, tmp_path / "export")
    assert set(files) == {"gange-1.mp4", "gange-1-2.mp4", "weights.csv", "positions.csv", MANIFEST, SIGNATURE}
    shown = seen(files["gange-1.mp4"], NOON)
    assert [number for _, number in shown] == list(range(100))
    assert [at_us for at_us, _ in shown] == [NOON + i * PERIOD_US for i in range(100)]
    assert [number for _, number in seen(files["gange-1-2.mp4"], NOON + US)] == list(range(25))
    manifest = check(tmp_path / "export", shop.signer.public).manifest
    assert (manifest.made_by, manifest.faces, manifest.lacking[0][:9]) == ("ada", "clear", "positions")
    assert [[gap.ends_at - gap.begins_at for gap in camera.gaps] for camera in manifest.cameras] == [
        [],
        [US, PERIOD_US],
    ]
    clip, other, weights, positions = manifest.files
    assert (clip.items, clip.begins_at, clip.ends_at, clip.clock_error_us) == (100, NOON, NOON + 99 * PERIOD_US, 1_000)
    assert (other.items, other.begins_at, weights.items, positions.items) == (25, NOON + US, 12, 1)
    assert {(clock.device, clock.error_us) for clock in manifest.clocks} == {("gondola-1", 3_500), ("tracker", 9_000)}
    (tmp_path / "export.tar").write_bytes(archive)
    assert check(tmp_path / "export.tar").manifest == manifest
    assert shop.signed == [hashlib.sha256(files[MANIFEST]).hexdigest()]
    assert list((tmp_path / "exports").iterdir()) == []


def test_tables_say_utc_and_the_stores_time_in_metres_and_grams(shop: Shop, tmp_path: Path) -> None:
    files = unpacked(shop.make(cameras=["cam"]), tmp_path / "export")
    rows = list(csv.DictReader(io.StringIO(files["weights.csv"].decode())))
    assert rows[0] == {
        "utc": "2026-05-28T20:26:40.000Z",
        "store_local_time": "2026-05-28T22:26:40.000+02:00",
        "plate": "1.0.0",
        "gtin": SITE.products[0].gtin,
        "least_g": "99.5",
        "greatest_g": "100.5",
        "for_ms": "1000.0",
        "clock_error_ms": "3.5",
    }
    (fix,) = csv.DictReader(io.StringIO(files["positions.csv"].decode()))
    assert (fix["x_m"], fix["y_m"], fix["clock_error_ms"]) == ("1.235", "2.0", "9.0")


def test_a_long_name_of_a_camera_is_cut_to_the_name_of_a_file() -> None:
    cameras = [("a", "x" * 47 + " at the till"), ("b", "x" * 47 + " Tor")]
    assert names_of(cameras) == {"a": "x" * 47, "b": "x" * 47 + "-2"}


def test_one_video_shows_all_cameras_at_the_same_moment(shop: Shop, tmp_path: Path) -> None:
    files = unpacked(shop.make("side_by_side"), tmp_path / "export")
    manifest = check(tmp_path / "export").manifest
    (video, *_) = manifest.files
    assert (video.items, video.step_us, video.cameras) == (40, 100_000, ["cam", "till"])
    with av.open(io.BytesIO(files["side-by-side.mp4"]), "r") as container:
        frames = [frame.to_ndarray(format="bgr24").astype(np.uint8) for frame in container.decode(video=0)]
    assert len(frames) == 40
    for number, frame in enumerate(frames):
        left, right = number_shown(frame, 0), number_shown(frame, 640)
        newest = int(number * 2.5)
        assert left == newest
        assert right == (None if number < 10 else min(24, int((number - 10) * 2.5)))
    assert list((tmp_path / "exports").iterdir()) == []


def test_without_leave_heads_are_covered_in_it(shop: Shop, tmp_path: Path) -> None:
    files = unpacked(shop.make("side_by_side", is_clear=False), tmp_path / "export")
    assert check(tmp_path / "export").manifest.faces == "blurred"
    with av.open(io.BytesIO(files["side-by-side.mp4"]), "r") as container:
        frames = [frame.to_ndarray(format="bgr24").astype(np.uint8) for frame in container.decode(video=0)]
    middle = STRIP + 360 // 2
    steps = [np.abs(np.diff(frame[middle, 640:1280].astype(int).sum(axis=1))).max() for frame in frames[12:20]]
    assert max(steps) < 200, "the camera that nobody calibrated has no sharp edge"
    assert [number_shown(frame, 0) for frame in frames[:4]] == [0, 2, 5, 7], "and no more than heads of the other"


def test_what_the_streams_lack_is_said_and_the_films_are_there(shop: Shop, tmp_path: Path) -> None:
    shop.history.is_away = True
    files = unpacked(shop.make(), tmp_path / "export")
    manifest = check(tmp_path / "export").manifest
    assert "weights are not whole: the broker does not answer" in manifest.lacking
    assert manifest.causes[0].code == "weights_not_whole"
    assert manifest.lacking == [said(why) for why in manifest.causes]
    assert len(files) == 6


@pytest.mark.parametrize(
    ("cameras", "span", "kind", "name"),
    [
        (["cam9"], SPAN, "clips", "not-found"),
        (["cam"], (NOON - 60 * US, NOON - 50 * US), "clips", "not-found"),
        (["cam"], (NOON, NOON), "clips", "bad-request"),
        (["cam"], (NOON, NOON + 13 * 3_600 * US), "clips", "bad-request"),
        (["cam"], (NOON, NOON + 2 * 3_600 * US), "side_by_side", "bad-request"),
    ],
)
def test_what_cannot_be_had_is_refused_before_anything_is_sent(
    shop: Shop, cameras: list[str], span: tuple[int, int], kind: ExportKind, name: str
) -> None:
    with pytest.raises(Refusal) as refused:
        shop.make(kind, cameras, span)
    assert refused.value.name == name


def test_two_are_made_at_once_and_one_that_is_left_makes_room(shop: Shop, tmp_path: Path) -> None:
    async def test() -> None:
        order = Order(("cam",), *SPAN, "side_by_side", "ada", is_clear=True)
        under_way = [await shop.exports.begin(STORE, order, shop.told) for _ in range(2)]
        for export in under_way:
            await anext(export.content)
        with pytest.raises(Refusal, match="2 exports are being made"):
            await shop.exports.begin(STORE, order, shop.told)
        for export in under_way:
            await export.content.aclose()
        await shop.exports.begin(STORE, order, shop.told)
        assert list((tmp_path / "exports").iterdir()) == []

    asyncio.run(asyncio.wait_for(test(), 60))


@dataclass
class Usage:
    free: int


def test_it_is_not_begun_without_room_for_ten_pictures_a_second(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage((1 << 30) + 2_000_000))
    with pytest.raises(Refusal, match="1026 MiB must be free"):
        shop.make("side_by_side")
    assert shop.make("clips")


def test_one_that_fills_the_disk_ends_before_its_floor(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "SIGN_OF_LIFE_S", 0.0)

    async def test() -> None:
        order = Order(("cam",), *SPAN, "side_by_side", "ada", is_clear=True)
        export = await shop.exports.begin(STORE, order, shop.told)
        await anext(export.content)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage((1 << 30) - 1))
        with pytest.raises(Refusal, match="1024 MiB must be free"):
            await anext(export.content)
        assert list((tmp_path / "exports").iterdir()) == []

    asyncio.run(asyncio.wait_for(test(), 60))


def test_of_many_that_are_asked_for_together_two_are_made(shop: Shop) -> None:
    async def test() -> None:
        order = Order(("cam",), *SPAN, "clips", "ada", is_clear=True)
        asked = [shop.exports.begin(STORE, order, shop.told) for _ in range(5)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        begun = [answer for answer in answers if not isinstance(answer, BaseException)]
        assert len(begun) == 2
        for export in begun:  # whoever asked is gone before its first byte
            await export.content.aclose()
        nothing = Order(("cam",), NOON - 60 * US, NOON - 50 * US, "clips", "ada", is_clear=True)
        for _ in range(3):
            with pytest.raises(Refusal, match="nothing"):
                await shop.exports.begin(STORE, nothing, shop.told)
        for _ in range(3):
            await shop.exports.begin(STORE, order, shop.told)  # what came next failed, and nobody has it any more
            while shop.exports._under_way:
                await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(test(), 60))


FORGERIES: list[tuple[str, Callable[[Path], object], str]] = [
    ("a byte is another", lambda f: (f / "gange-1.mp4").write_bytes((f / "gange-1.mp4").read_bytes()[:-1] + b"!"), "gange-1.mp4 was changed"),
    ("a file is cut off", lambda f: (f / "weights.csv").write_bytes(b""), "weights.csv is not as long"),
    ("a file is missing", lambda f: (f / "positions.csv").unlink(), "positions.csv is missing"),
    ("a file is added", lambda f: (f / "note.txt").write_text("hi"), "note.txt is in it, of which the manifest says nothing"),
    ("a folder is added", lambda f: (f / "more").mkdir(), "more is no file"),
    ("the manifest says another name", lambda f: (f / MANIFEST).write_bytes((f / MANIFEST).read_bytes().replace(b"ada", b"bob")), "signature is not that of its manifest"),
    ("nothing signs it", lambda f: (f / SIGNATURE).unlink(), "signature.json is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "forge", "said"), FORGERIES, ids=[name for name, _, _ in FORGERIES])
def test_a_forgery_is_named(
    shop: Shop,
    tmp_path: Path,
    name: str,
    forge: Callable[[Path], object],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    unpacked(shop.make(), tmp_path / "export")
    assert run(["verify", str(tmp_path / "export" / MANIFEST), "--key", shop.signer.public]) == 0
    assert "valid: 4 files of store corner from 2026-05-28T20:26:40+00:00" in capsys.readouterr().out
    forge(tmp_path / "export")
    with pytest.raises(NotValid, match=said):
        check(tmp_path / "export")
    assert run(["verify", str(tmp_path / "export")]) == 1


def test_what_another_signed_is_told_from_the_stores(shop: Shop, tmp_path: Path) -> None:
    unpacked(shop.make(), tmp_path / "export")
    thief = Signer(Ed25519PrivateKey.generate())
    manifest = msgspec.json.decode((tmp_path / "export" / MANIFEST).read_bytes(), type=ExportManifest)
    content = canonical(msgspec.structs.replace(manifest, made_by="bob"))
    (tmp_path / "export" / MANIFEST).write_bytes(content)
    (tmp_path / "export" / SIGNATURE).write_bytes(signature_of(thief, signed_text(content)))
    assert check(tmp_path / "export").key == thief.public
    with pytest.raises(NotValid, match="another key"):
        check(tmp_path / "export", shop.signer.public)


def test_a_cut_off_archive_is_no_export(shop: Shop, tmp_path: Path) -> None:
    archive = shop.make()
    for length in (0, 700, len(archive) // 2, len(archive) - 4_000):
        (tmp_path / "export.tar").write_bytes(archive[:length])
        with pytest.raises(NotValid):
            check(tmp_path / "export.tar")
