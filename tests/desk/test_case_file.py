"""The case file: what it holds, and every way in which it could be forged."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from store_client.contract.case import Case, DecidedLine, DecisionRequest
from store_client.contract.case_file import (
    MANIFEST,
    RECORD,
    SIGNATURE,
    CaseRecord,
    FileManifest,
    FileSignature,
    signed_text,
)
from store_client.contract.cause import Cause
from store_client.contract.evidence import Evidence, EvidencePicture
from store_server.archive import packed, unpacked
from store_server.case_command import run
from store_server.cause import said
from store_server.desk.case_check import check
from store_server.desk.case_clips import AROUND_US, MOST_BYTES, NOT_RECORDED, TOO_MUCH, Films, Scene, cut, scenes
from store_server.desk.case_file import CaseFiles
from store_server.desk.exhibit import manifest_of
from store_server.options import Unusable
from store_server.refusal import Refusal
from store_server.sealed import NotValid, canonical
from store_server.signing import Signer, kept_signer
from store_server.storage.audit import AuditRow
from tests.desk.shop import Shop, agent, once
from tests.desk.test_evidence import ADA, visited
from tests.wire.examples import EXAMPLES

Files = dict[str, bytes]


@dataclass(frozen=True)
class Film:
    first_us: int
    last_us: int
    data: bytes
    is_gone: bool = False
    frames: int = 2
    error_us: int = 3_000

    @property
    def length(self) -> int:
        return len(self.data)

    def content(self) -> Iterator[bytes]:
        yield self.data[:3]
        if self.is_gone:
            raise OSError("deleted meanwhile")
        yield self.data[3:]


class Recorder:
    """One film of each span, of its camera's name and span; ``asked``: those spans."""

    def __init__(self, **changes: Any) -> None:
        self.asked: list[tuple[str, int, int]] = []
        self._changes = changes

    def clips(self, camera: str, since_us: int, until_us: int) -> Iterator[Film]:
        self.asked.append((camera, since_us, until_us))
        yield replace(Film(since_us, until_us - 1, f"{camera} from {since_us}".encode()), **self._changes)


def made(shop: Shop, case: str, films: Films | None = None) -> bytes:
    return CaseFiles(shop.database, shop.signer, shop.clock.now_us, films).make(case, ADA, has_leave=True)


def decided(shop: Shop) -> tuple[str, Evidence]:
    told = visited(shop)
    case = told.open()
    claimed = shop.cases.claim(case, ADA, 1, once())
    assert claimed.lease is not None
    request = DecisionRequest(lease=claimed.lease.token, reason="not_taken", lines=[DecidedLine(1, 0)])
    shop.cases.decide(case, request, ADA, claimed.version, once())
    return case, told.read(case)


@dataclass(frozen=True)
class Sample:
    """A case file as its store made it, and who signed it."""

    path: Path
    signer: Signer

    @property
    def files(self) -> Files:
        return dict(unpacked(self.path))


@pytest.fixture(scope="module")
def sample(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("made")
    shutil.copy(sqlite_template, folder / "store.db")
    shop = Shop(f"sqlite:///{folder / 'store.db'}", folder)
    (folder / "case.zip").write_bytes(made(shop, decided(shop)[0], Recorder()))
    shop.close()
    return Sample(folder / "case.zip", shop.signer)


def test_it_holds_the_case_its_money_and_its_evidence_and_is_signed(shop: Shop, tmp_path: Path) -> None:
    case, evidence = decided(shop)
    shop.settle()
    path = tmp_path / "case.zip"
    path.write_bytes(made(shop, case))
    checked = check(path, shop.signer.public)
    assert (checked.key, checked.manifest.made_by, checked.manifest.model) == (
        shop.signer.public,
        "ada",
        "floorwalker-fusion-2",
    )
    assert checked.manifest.evidence == evidence.manifest
    files = dict(unpacked(path))
    assert [*files] == [MANIFEST, SIGNATURE, RECORD, *(exhibit.name for exhibit in evidence.exhibits)]
    record = msgspec.json.decode(files[RECORD], type=CaseRecord)
    assert record.case.decision is not None
    assert [refund.state for refund in record.refunds] == ["settled"]
    assert record.receipt.corrections[0].id == record.case.decision.correction
    assert "decided" in [entry.what for entry in record.case.history]
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None


def test_it_holds_what_the_cameras_recorded_round_what_is_disputed(corner: Shop, tmp_path: Path) -> None:
    case, evidence = decided(corner)
    films = Recorder()
    path = tmp_path / "case.zip"
    path.write_bytes(made(corner, case, films))
    manifest = check(path).manifest
    (line,) = [line for line in corner.cases.get(case).lines if line.claimed_quantity != line.billed_quantity]
    disputed = [picture.at for picture in evidence.pictures if picture.event in line.events]
    (clip,) = manifest.clips
    assert films.asked == [("c1", min(disputed) - AROUND_US, max(disputed) + AROUND_US)]
    assert (clip.name, clip.camera_name, clip.frames) == ("clips/001-c1.mp4", "Aisle", 2)
    assert (clip.first_at, clip.clock_error_us) == (min(disputed) - AROUND_US, 3_000)
    assert dict(unpacked(path))[clip.name] == f"c1 from {clip.first_at}".encode()
    assert not manifest.lacking_clips


@pytest.mark.parametrize(
    ("changes", "why"), [({"is_gone": True}, NOT_RECORDED), ({"data": bytes(MOST_BYTES + 1)}, TOO_MUCH)]
)
def test_a_clip_that_cannot_be_had_is_said_to_be_lacking(
    corner: Shop, tmp_path: Path, changes: dict[str, Any], why: Cause
) -> None:
    case, _ = decided(corner)
    films = Recorder(**changes)
    (tmp_path / "case.zip").write_bytes(made(corner, case, films))
    manifest = check(tmp_path / "case.zip").manifest
    told = [(one.camera, one.begins_at, one.ends_at, one.detail, one.cause) for one in manifest.lacking_clips]
    assert (manifest.clips, told) == ([], [(*films.asked[0], said(why), why)])


def test_a_long_name_of_a_camera_is_cut_to_the_name_of_a_file() -> None:
    clips = cut(Recorder(), [Scene("Aisle " * 8 + "12", "Aisle", 0, 10, 0.5)])
    files = [(clip.name, data) for clip, data in clips.files]
    assert b"".join(packed(files))


def picture_at(at_s: int, camera: str = "c1", score: float = 0.5) -> EvidencePicture:
    at_us = at_s * 1_000_000
    example = cast(EvidencePicture, EXAMPLES["EvidencePicture"])
    return msgspec.structs.replace(example, at=at_us, camera=camera, score=score, event="of no line")


def test_events_close_to_each_other_are_one_clip_of_bounded_length() -> None:
    pictures = [picture_at(at_s) for at_s in (100, 103, 140, 146, 152, 158, 164, 170)]
    spans = [
        (scene.camera, scene.since_us // 1_000_000, scene.until_us // 1_000_000, scene.score)
        for scene in scenes(cast(Case, EXAMPLES["Case"]), [picture_at(101, "c2", 0.9), *pictures])
    ]
    assert spans == [
        ("c1", 95, 108, 0.5),
        ("c1", 135, 163, 0.5),
        ("c1", 163, 175, 0.5),
        ("c2", 96, 106, 0.9),
    ]


def test_taking_one_is_in_the_audit_log_and_needs_the_right(corner: Shop) -> None:
    case, _ = decided(corner)
    data = made(corner, case)
    with corner.database.read() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.action == "file_taken")).one()
        assert (row.by, row.subject) == ("ada", f"case:{case}")
        assert hashlib.sha256(data).hexdigest() in row.detail
    with pytest.raises(Refusal, match="not-permitted"):
        CaseFiles(corner.database, corner.signer, corner.clock.now_us).make(
            case, agent("eve", role="auditor"), has_leave=True
        )
    with pytest.raises(Refusal, match="faces-needed"):
        CaseFiles(corner.database, corner.signer, corner.clock.now_us).make(case, ADA, has_leave=False)


def test_a_database_that_was_tampered_with_makes_no_file(corner: Shop) -> None:
    case, _ = decided(corner)
    with corner.database.write() as session:
        session.execute(text("DROP TRIGGER exhibits_no_update"))
        session.execute(text("UPDATE exhibits SET data = CAST(replace(data, '1', '2') AS BLOB) WHERE kind = 'receipt'"))
    with pytest.raises(Refusal, match=r"exhibits/receipt\.json is not what was copied"):
        made(corner, case)


def test_none_is_made_of_evidence_that_is_still_being_gathered(corner: Shop) -> None:
    with pytest.raises(Refusal, match="still being gathered"):
        made(corner, visited(corner, is_kept=False).open())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_byte_can_be_changed_cut_off_or_added(sample: Sample, tmp_path: Path, data: st.DataObject) -> None:
    whole = sample.path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    way = data.draw(st.sampled_from(["flip", "cut", "add", "take out"]))
    changed = {
        "flip": whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :],
        "cut": whole[:place],
        "add": whole[:place] + data.draw(st.binary(min_size=1, max_size=9)) + whole[place:],
        "take out": whole[:place] + whole[place + 1 :],
    }[way]
    if changed == whole:
        return
    forged = tmp_path / "forged.zip"
    forged.write_bytes(changed)
    with pytest.raises(NotValid):
        check(forged)


def signed(files: Mapping[str, bytes], signer: Signer) -> Files:
    """With a signature that fits, whoever made it."""
    manifest = files[MANIFEST]
    signature = FileSignature(signer.public, signer.sign(signed_text(manifest)))
    return {**files, SIGNATURE: canonical(signature)}


def with_manifest(files: Files, **changes: Any) -> Files:
    manifest = msgspec.json.decode(files[MANIFEST], type=FileManifest)
    return {**files, MANIFEST: canonical(msgspec.structs.replace(manifest, **changes))}


def other_receipt(files: Files) -> Files:
    record = msgspec.json.decode(files[RECORD], type=CaseRecord)
    case = msgspec.structs.replace(record.case, receipt=record.case.id)
    content = canonical(msgspec.structs.replace(record, case=case))
    return with_manifest({**files, RECORD: content}, record=hashlib.sha256(content).hexdigest())


def without_a_picture(files: Files) -> Files:
    name = next(name for name in files if name.endswith(".jpg"))
    exhibits = msgspec.json.decode(files[MANIFEST], type=FileManifest).exhibits
    kept = [exhibit for exhibit in exhibits if exhibit.name != name]
    left = {key: content for key, content in files.items() if key != name}
    return with_manifest(left, exhibits=kept, evidence=manifest_of(kept))


FORGERIES: list[tuple[str, Callable[[Files], Files], str]] = [
    ("a receipt is another", lambda f: {**f, "exhibits/receipt.json": b"{}"}, "its SHA-256 is not that"),
    ("the case is another", lambda f: {**f, RECORD: f[RECORD].replace(b"ada", b"bob")}, "case.json was changed"),
    ("a file is added", lambda f: {**f, "exhibits/zz.json": b"{}"}, "of which the manifest says nothing"),
    ("a file is missing", lambda f: {k: v for k, v in f.items() if k != "exhibits/clocks.json"}, "clocks.json is missing"),
    ("the order is another", lambda f: {k: f[k] for k in [SIGNATURE, MANIFEST, *[k for k in f if k not in (SIGNATURE, MANIFEST)]]}, "manifest.json is missing, or"),
    ("a clip is another", lambda f: {**f, "clips/001-c1.mp4": b"another"}, "clip.* was changed"),
    ("a clip is missing", lambda f: {k: v for k, v in f.items() if not k.startswith("clips/")}, "clips/001-c1.mp4 is missing"),
    ("nothing is in it", lambda _: {}, "manifest.json is missing"),
    ("the manifest says so and is not signed", lambda f: with_manifest(f, made_by="bob"), "signature is not that of its manifest"),
    ("the signature is no such thing", lambda f: {**f, SIGNATURE: b"{}"}, "signature.json is not of its form"),
]  # fmt: skip
SIGNED_FORGERIES: list[tuple[str, Callable[[Files], Files], str]] = [
    ("another case's number", lambda f: with_manifest(f, number=99), "its case is not that of the manifest"),
    ("a receipt of another case", other_receipt, "its receipt is not that of the case"),
    ("other evidence than was copied", lambda f: with_manifest(f, evidence="0" * 64), "list of exhibits is not that"),
    ("a picture left out", without_a_picture, "its pictures are not those of the evidence"),
    ("a length that is wrong", lambda f: with_manifest(f, exhibits=[msgspec.structs.replace(e, bytes=1) for e in msgspec.json.decode(f[MANIFEST], type=FileManifest).exhibits]), "not as long as the manifest says"),
    ("a clip's length that is wrong", lambda f: with_manifest(f, clips=[msgspec.structs.replace(e, bytes=1) for e in msgspec.json.decode(f[MANIFEST], type=FileManifest).clips]), "c1.mp4 is not as long as the manifest says"),
    ("a manifest of no form", lambda f: {**f, MANIFEST: b"[]"}, "manifest.json is not of its form"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "forge", "said"), FORGERIES, ids=[name for name, _, _ in FORGERIES])
def test_a_forgery_is_named(
    sample: Sample, tmp_path: Path, name: str, forge: Callable[[Files], Files], said: str
) -> None:
    forged = tmp_path / "forged.zip"
    forged.write_bytes(b"".join(packed(forge(sample.files).items())))
    with pytest.raises(NotValid, match=said):
        check(forged)


@pytest.mark.parametrize(("name", "forge", "said"), SIGNED_FORGERIES, ids=[name for name, _, _ in SIGNED_FORGERIES])
def test_what_does_not_belong_together_is_seen_though_it_is_signed(
    sample: Sample, tmp_path: Path, name: str, forge: Callable[[Files], Files], said: str
) -> None:
    forged = tmp_path / "forged.zip"
    forged.write_bytes(b"".join(packed(signed(forge(sample.files), sample.signer).items())))
    with pytest.raises(NotValid, match=said):
        check(forged)


def test_whoever_signs_it_anew_signs_with_another_key(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "thief").mkdir()
    thief = kept_signer(tmp_path / "thief")
    forged = tmp_path / "forged.zip"
    files = with_manifest(sample.files, made_by="bob")
    forged.write_bytes(b"".join(packed(signed(files, thief).items())))
    assert check(forged).key == thief.public, "whose key it is, is said, and for the reader to know"
    with pytest.raises(NotValid, match="another key"):
        check(forged, sample.signer.public)


def test_the_command_says_in_one_line_what_it_is(
    sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(sample.path), "--key", sample.signer.public]) == 0
    said = capsys.readouterr().out
    assert said.startswith("valid: case 1 of store corner with 16 exhibits and 1 clip(s), made 2026-03-02T")
    assert said.endswith(f"for ada, signed with the key {sample.signer.public}\n")
    assert run(["verify", str(sample.path)]) == 0
    assert "own was not checked: --key" in capsys.readouterr().out
    assert run(["verify", str(sample.path), "--key", "0" * 64]) == 1
    assert capsys.readouterr().out.startswith("NOT VALID: it is signed with another key")
    for arguments in (["verify", str(tmp_path / "none.zip")], ["verify", str(tmp_path)], ["verify"], [], ["sign", "x"]):
        with pytest.raises(Unusable, match="case verify"):
            run(arguments)
    with pytest.raises(Unusable, match="not an Ed25519 public key"):
        run(["verify", str(sample.path), "--key", "xyz"])


def test_it_is_checked_by_a_program_of_its_own(sample: Sample, tmp_path: Path) -> None:
    forged = tmp_path / "forged.zip"
    forged.write_bytes(sample.path.read_bytes()[:-1])
    command = [sys.executable, "-m", "store_server", "case", "verify"]
    ended = [
        subprocess.run([*command, str(path)], check=False, capture_output=True, text=True, timeout=60)
        for path in (sample.path, forged)
    ]
    assert [(one.returncode, one.stderr) for one in ended] == [(0, ""), (1, "")]
    assert (
        ended[1].stdout
        == "NOT VALID: its list of files is cut off, or not that of its files, or something follows it\n"
    )
