"""A log that was touched is told from one that is whole; the command says so without the store."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text

from store_client.contract.audit import AuditHead, SeenHeads
from store_server.audit_command import run
from store_server.desk.audit_check import check
from store_server.options import Unusable
from store_server.signing import Signer
from store_server.storage.audit import AuditRow
from tests.desk.shop import Shop
from tests.desk.tampering import Line, Tamperer, chained, line_of

ENTRIES, TAMPERINGS = 12, 100
WAYS = ("flip", "delete", "swap", "truncate", "rewrite", "fork")


def told(shop: Shop) -> list[Line]:
    for number in range(ENTRIES - 1):
        shop.clock.passes(1)
        shop.audit.record_alone("ada", "decided", f"case:{number}", {"minor": number * 100})
    with shop.database.read() as session:
        return [line_of(row) for row in session.scalars(select(AuditRow).order_by(AuditRow.position))]


def faults(lines: list[Line], shop: Shop, *seen: AuditHead) -> tuple[str, ...]:
    return check([line.row() for line in lines], {shop.signer.public}, seen).faults


def test_what_was_not_touched_is_whole(corner: Shop) -> None:
    lines = told(corner)
    verdict = check([line.row() for line in lines], {corner.signer.public}, [corner.audit.head(), corner.audit.head(3)])
    assert verdict.faults == ()
    assert (verdict.count, verdict.hash) == (ENTRIES, lines[-1].hash)
    assert verdict.log == lines[0].subject.removeprefix("log:")


@pytest.mark.parametrize(("seed", "way"), list(enumerate(WAYS)))
def test_whatever_was_done_to_it_is_noticed(corner: Shop, seed: int, way: str) -> None:
    lines, head = told(corner), corner.audit.head()
    tamperer = Tamperer(seed, corner.signer)
    for turn in range(TAMPERINGS):
        changed = tamperer.ways[way](list(lines))
        assert changed != lines
        assert faults(changed, corner, head), f"{way} {turn}"


def test_it_says_what_was_done(corner: Shop) -> None:
    lines, head = told(corner), corner.audit.head()
    changed = [*lines[:4], replace(lines[4], by="eve"), *lines[5:]]
    assert faults(changed, corner) == ("entry 5 was changed: its hash is another",)
    assert faults(lines[:9], corner, head) == (
        "the head after 12 entries that a desk has seen is missing: the log ends after 9, 3 were cut off",
    )
    assert "what came before it was rewritten" in faults(chained(changed, corner.signer), corner, head)[0]
    stranger = Signer(Ed25519PrivateKey.generate())
    assert "entry 1 is signed with another key" in faults(chained(changed, stranger), corner)[0]
    assert faults([], corner) == ("there are no entries",)


def test_a_head_that_nobody_signed_proves_nothing(corner: Shop) -> None:
    lines, head = told(corner), corner.audit.head()
    forged = msgspec.structs.replace(head, count=400)
    assert "the file of seen heads was changed" in faults(lines, corner, forged)[0]


@pytest.mark.parametrize("value", ["'soon'", "9223372036854775807", "-9223372036854775808", "1.5", "x'00'"])
def test_a_time_that_is_none_is_noticed_and_not_stumbled_over(corner: Shop, value: str) -> None:
    told(corner)
    corner.audit.record_alone("ada", "signed_in", "session:1")
    with corner.database.write() as session:
        session.execute(text("DROP TRIGGER audit_no_update"))
        session.execute(text(f"UPDATE audit SET at_us = {value} WHERE position = 3"))
    with corner.database.read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.position)).all()
        assert check(rows, {corner.signer.public}).faults


# ---- the command


def verify(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "store_server", "audit", "verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def folder(corner: Shop, tmp_path: Path) -> Path:
    """A data folder as a store leaves it, its log told and its heads seen."""
    told(corner)
    heads = SeenHeads("http://store", [corner.audit.head(5), corner.audit.head()])
    (tmp_path / "seen.json").write_bytes(msgspec.json.encode(heads))
    corner.close()
    (tmp_path / "store.db").rename(tmp_path / "store.sqlite")
    return tmp_path


def test_the_command_says_in_one_line_what_it_found(corner: Shop, folder: Path) -> None:
    whole = verify("--data", folder, "--seen", folder / "seen.json")
    assert (whole.returncode, whole.stderr) == (0, "")
    assert whole.stdout.startswith(f"whole: {ENTRIES} entries of the log ")
    assert f"signed with the key {corner.signer.public}" in whole.stdout
    assert "note" not in whole.stdout


def test_the_command_says_what_it_could_not_compare(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{folder / 'store.sqlite'}"
    assert run(["verify", "--database", url]) == 0
    assert capsys.readouterr().out.count("note: ") == 2
    assert run(["verify", "--database", url, "--key", "0" * 64]) == 1
    assert capsys.readouterr().out.startswith("DAMAGED: entry 1 is signed with another key")


def test_the_command_notices_an_end_that_was_cut_off(
    corner: Shop, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "store.sqlite").rename(folder / "store.db")
    corner.reopen()
    with corner.database.write() as session:
        session.execute(text("DROP TRIGGER audit_no_delete"))
        session.execute(text("DELETE FROM audit WHERE position > 9"))
    assert run(["verify", "--data", str(folder), "--database", corner.url, "--seen", str(folder / "seen.json")]) == 1
    assert capsys.readouterr().out.startswith("DAMAGED: the head after 12")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "say where the log is"),
        (("--data", "nowhere"), "no such folder"),
        (("--key", "12"), "not an Ed25519 public key"),
        (("--database", "sqlite:///{folder}/none.sqlite"), "cannot be read: "),
        (("--data", "{folder}", "--seen", "{folder}/none"), "--seen: No such file"),
        (("--data", "{folder}", "--seen", "{folder}/store.sqlite"), "not a file of heads"),
        (("--sideways",), "arguments"),
    ],
)
def test_what_cannot_be_checked_is_said_in_one_line(folder: Path, arguments: tuple[str, ...], why: str) -> None:
    with pytest.raises(Unusable, match=why) as refused:
        run(["verify", *(one.format(folder=folder) for one in arguments)])
    assert "\n" not in str(refused.value)


def test_the_command_ends_with_one_line_and_code_2_when_it_cannot_check() -> None:
    ended = verify("--data", "nowhere")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "store_server: audit verify: argument --data: no such folder: 'nowhere'\n"


def test_the_time_of_an_entry_is_told_to_the_microsecond(corner: Shop) -> None:
    corner.clock.us += 7
    corner.audit.record_alone("ada", "signed_in", "session:1")
    assert corner.audit.page().items[0].at == datetime(2026, 3, 2, 9, 0, 0, 7, tzinfo=UTC)
