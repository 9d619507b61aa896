"""Archives whose every byte is known: what any program unpacks, and what ours refuses to."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store_server import archive
from store_server.archive import NotAnArchive, packed, unpacked

NAMES = st.from_regex(r"[a-z0-9]{1,8}(/[a-z0-9]{1,8})?\.(json|jpg)", fullmatch=True)
FILES = st.dictionaries(NAMES, st.binary(max_size=300), max_size=6)
SAMPLE = {"manifest.json": b'{"a": 1}', "exhibits/pictures/ab.jpg": bytes(range(256)), "empty.json": b""}


def pack(files: dict[str, bytes]) -> bytes:
    return b"".join(packed(files.items()))


def unpack(folder: Path, data: bytes) -> dict[str, bytes]:
    (folder / "file.zip").write_bytes(data)
    return dict(unpacked(folder / "file.zip"))


@given(FILES)
@settings(deadline=None)
def test_any_program_reads_it_and_so_do_we(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    data = pack(files)
    assert list(unpack(tmp_path_factory.getbasetemp(), data).items()) == list(files.items())
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == files


def test_every_changed_byte_is_seen(tmp_path: Path) -> None:
    whole = pack(SAMPLE)
    for place in range(len(whole)):
        for change in (0x01, 0x80, 0xFF):
            changed = bytearray(whole)
            changed[place] ^= change
            with pytest.raises(NotAnArchive):
                unpack(tmp_path, bytes(changed))


def test_whatever_is_cut_off_added_or_put_between_is_seen(tmp_path: Path) -> None:
    whole = pack(SAMPLE)
    for length in range(len(whole)):
        with pytest.raises(NotAnArchive):
            unpack(tmp_path, whole[:length])
    second = whole.index(b"PK\x03\x04", 4)
    for strange in (whole + b"\0", b"#!" + whole, whole[:second] + b"hidden" + whole[second:], whole + whole):
        with pytest.raises(NotAnArchive):
            unpack(tmp_path, strange)


def by_zipfile(method: int, name: str, content: str = "x") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        file.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no ZIP archive"),
        (b"not a zip at all", "no ZIP archive"),
        (by_zipfile(zipfile.ZIP_DEFLATED, "bomb.json", "0" * 50_000_000), "compressed"),
        (by_zipfile(zipfile.ZIP_STORED, "../../etc"), "no name of a file"),
        (by_zipfile(zipfile.ZIP_STORED, "/etc"), "no name of a file"),
        (by_zipfile(zipfile.ZIP_STORED, "c:\\x"), "no name of a file"),
        (by_zipfile(zipfile.ZIP_STORED, "a.json"), "packed by another program"),
    ],
)
def test_what_others_pack_is_refused_in_words(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(NotAnArchive, match=said):
        unpack(tmp_path, data)


def test_a_file_said_to_be_huge_takes_no_memory(tmp_path: Path) -> None:
    whole = bytearray(pack({"a.json": b"x"}))
    whole[18:26] = struct.pack("<LL", 200 << 20, 200 << 20)
    with pytest.raises(NotAnArchive, match="cut off"):
        unpack(tmp_path, bytes(whole))
    whole[18:26] = struct.pack("<LL", 0xFFFFFFFE, 0xFFFFFFFE)
    with pytest.raises(NotAnArchive, match="said to be of 4095 MiB"):
        unpack(tmp_path, bytes(whole))


def test_an_encrypted_file_is_refused_in_words(tmp_path: Path) -> None:
    whole = bytearray(pack({"a.json": b"x"}))
    whole[6] |= 1
    with pytest.raises(NotAnArchive, match="encrypted"):
        unpack(tmp_path, bytes(whole))


def test_a_name_comes_once(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="twice"):
        unpack(tmp_path, b"".join(packed([("a.json", b"x"), ("a.json", b"y")])))


def test_what_fits_in_no_archive_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 10)
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    for files in ({"../a": b""}, {"A.json": b""}, {"a": b"x" * 11}, {"a": b"", "b": b"", "c": b""}):
        with pytest.raises(ValueError, match="no file of an archive"):
            pack(files)
