"""What is handed out of a bundle: the same bytes from the same files, and the words that say whose work is in it."""

import importlib
import json
import os
import re
import sys
import tarfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from xml.etree import ElementTree

import pytest

PACKAGING = Path(__file__).parent.parent / "packaging"


@pytest.fixture
def handouts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    return importlib.import_module("handouts")


@pytest.fixture
def materials(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    return importlib.import_module("materials")


@pytest.fixture
def bill(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    return importlib.import_module("bill")


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PACKAGING))
    return importlib.import_module("bundle")


def folder_of(place: Path, names: tuple[str, ...], mode: int) -> Path:
    for name in names:
        file = place / "in" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode() * 1000)
        file.chmod(mode)
    (place / "in" / "link").symlink_to(names[0])
    return place / "in"


def test_an_archive_of_the_same_files_is_the_same(
    handouts: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever they were made, in whatever order, by whom; and in blocks as in one."""
    monkeypatch.setattr(handouts, "BLOCK", 4096)
    names = ("program", "lib/ä.so", "lib/b")
    first, second = tmp_path / "first", tmp_path / "second"
    folders = [folder_of(first, names, 0o755), folder_of(second, (names[0], *names[:0:-1]), 0o775)]
    os.utime(folders[1] / "program", (1, 1))
    for folder in folders:
        handouts.settle(folder, 1_700_000_000)
        handouts.write_archive(folder, folder.parent / "out.tar.xz", "top")
    assert (first / "out.tar.xz").read_bytes() == (second / "out.tar.xz").read_bytes()
    with tarfile.open(first / "out.tar.xz") as tar:
        assert sorted(tar.getnames()) == ["top/lib", "top/lib/b", "top/lib/ä.so", "top/link", "top/program"]
        assert {entry.mode for entry in tar if entry.isfile()} == {0o755}
        held = tar.extractfile("top/lib/b")
        assert held is not None
        assert held.read() == b"lib/b" * 1000


def test_what_is_under_the_gpl_alone_is_not_handed_on(materials: ModuleType, tmp_path: Path) -> None:
    part = materials.Part("Zlib", "1.3", "Zlib", "pkg:generic/zlib@1.3", (PACKAGING.parent / "LICENSE",))
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libz.so.1").touch()
    materials.write_licences(tmp_path, [part], version="9.1", libraries="lib", has_ffmpeg=False)
    assert "Zlib 1.3: Zlib\n" in (tmp_path / "LICENCE.txt").read_text(encoding="utf-8")
    assert (tmp_path / "licences" / "Zlib" / "LICENSE").is_file()
    (tmp_path / "lib" / "libx264-1a2b.so.164").touch()
    with pytest.raises(materials.UnderTheGpl, match="libx264"):
        materials.write_licences(tmp_path, [part], version="9.1", libraries="lib", has_ffmpeg=False)


def test_a_bill_of_materials_is_as_its_schema_says(bill: ModuleType, materials: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "materials.cdx.json"
    parts = [materials.Part(name, "1.3", "Zlib", f"pkg:generic/{name}@1.3", ()) for name in ("zlib", "ünïx")]
    bill.write_bill(file, parts, version="9.1", moment=1_700_000_000)
    whole = json.loads(file.read_text(encoding="utf-8"))
    assert [part["name"] for part in whole["components"]] == ["zlib", "ünïx"]
    component = whole["components"][0]
    for changes, why in (
        ({"components": [{**component, "type": "thing"}]}, "components/0/type"),
        ({"serialNumber": "7"}, "serialNumber"),
        ({"parts": []}, "'parts'"),
        ({"components": [component, {**component, "name": "z"}]}, "zlib@1.3 is in it twice"),
        ({"components": []}, "zlib@1.3 is named and not in it"),
    ):
        file.write_text(json.dumps({**whole, **changes}), encoding="utf-8")
        with pytest.raises(bill.NotABill, match=re.escape(why)):
            bill.check_bill(file)


@pytest.mark.skipif(sys.platform == "win32", reason="the tools of macOS are scripts here")
def test_licences_lie_beside_the_program_in_an_image_of_a_disk(
    bundle: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made from the program alone, which was finished before they were collected."""
    folder, tools, out = tmp_path / "out" / "floorwalker", tmp_path / "tools", tmp_path / "out"
    for made in (folder / "licences" / "Qt", out / "Floorwalker.app" / "Contents", tools):
        made.mkdir(parents=True)
    for name in ("LICENCE.txt", "materials.cdx.json", "licences/Qt/LGPL-3.0.txt"):
        (folder / name).touch()
    (tools / "hdiutil").write_text('#!/bin/sh\nls -R "$5" >"${11}"\n', encoding="utf-8")
    (tools / "hdiutil").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("FLOORWALKER_SIGN_MACOS", raising=False)
    monkeypatch.delenv("FLOORWALKER_NOTARY", raising=False)
    monkeypatch.setattr(bundle, "sys", SimpleNamespace(platform="darwin"))
    [image] = bundle.hand_out(folder, out, tmp_path, tmp_path, 0)
    names = image.read_text(encoding="utf-8").split()
    assert {"Floorwalker.app", "Applications", "LICENCE.txt", "materials.cdx.json", "LGPL-3.0.txt"} <= set(names)


def test_the_licence_of_python_is_found_where_windows_has_it(
    materials: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "LICENSE.txt").touch()
    monkeypatch.setattr(materials, "os", SimpleNamespace(__file__=str(tmp_path / "Lib" / "os.py")))
    monkeypatch.setattr(materials, "sys", SimpleNamespace(base_prefix=str(tmp_path)))
    assert materials._python().texts == (tmp_path / "LICENSE.txt",)


def test_an_installer_takes_out_what_a_version_before_had_and_this_one_lacks() -> None:
    recipe = (PACKAGING / "windows" / "floorwalker.iss").read_text(encoding="utf-8")
    taken = re.search(r"^\[InstallDelete\]\n((?:.+\n)+)", recipe, re.MULTILINE)
    assert taken is not None
    assert re.findall(r'Type: filesandordirs; Name: "(.*)"', taken[1]) == [r"{app}\_internal", r"{app}\licences"]


def test_menus_and_software_centres_speak_german_too() -> None:
    entry = (PACKAGING / "linux" / "org.floorwalker.desk.desktop").read_text(encoding="utf-8")
    names = set(re.findall(r"^(\S+?)=", entry, re.MULTILINE))
    assert {f"{name}[de]" for name in ("GenericName", "Comment", "Keywords")} <= names
    about = ElementTree.parse(PACKAGING / "linux" / "org.floorwalker.desk.metainfo.xml").getroot()
    said = [one for one in about.iter() if one.tag in ("summary", "p", "li")]
    german = [one.tag for one in said if one.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"]
    assert german
    assert sorted(german) == sorted(one.tag for one in said if not one.attrib)
