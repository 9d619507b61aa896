"""What a bundle is made of: whose work, and under which licence."""

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
DEBIAN_LICENCE = re.compile(r"^License: *(\S.*)$", re.MULTILINE)
KNOWN = {
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "PySide6_Essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
}
"""Under which of several licences it is handed on here, or what its own words leave unclear."""
NO_TEXT_OF_ITS_OWN = ("PySide6_Essentials", "shiboken6")
"""Their packages bring no licence: the texts of the LGPL 3, and of the GPL 3 that it builds on, lie in ``licences/``."""
GPL = re.compile(r"lib(x264|x265|xvidcore|readline|gdbm|postproc)[-.]")
"""Libraries under the GPL that packages of ours are known to bring."""
STATEMENT = """Floorwalker {version} as it is bundled here
=======================================

Floorwalker itself is under the Apache License 2.0 (licences/Floorwalker/LICENSE). The bundle as a whole is handed on under
the Apache License 2.0 together with the licences of its parts, below; the texts are in licences/. Qt and PySide6 are used
under the LGPL 3: they are files of their own in {folder}/, and may be exchanged for others of the same interface. {ffmpeg}
Nothing here is under the GPL alone: PyAV, whose packages carry GPL encoders, is left out, and with it the reading of added
cameras (--camera), which a store from its own environment has. (The program's first part, PyInstaller's, is under the GPL 2
with an exception for what is bundled with it.) What Qt has taken over from others: https://doc.qt.io/qt-6/licenses-used-in-qt.html

"""
WITH_FFMPEG = "So are the libraries of\nFFmpeg inside OpenCV's package, under the LGPL 2.1."
WITHOUT_FFMPEG = "The libraries of\nFFmpeg that OpenCV's package brings are left out: files of their names do nothing."


class UnderTheGpl(Exception):
    """Something is in the bundle that its statement says is not. ``str()`` names it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's work. ``texts``: files that hold its licence; ``purl``: its name in a bill of materials."""

    name: str
    version: str
    licence: str
    purl: str
    texts: tuple[Path, ...]


def find_parts(contents: Path) -> list[Part]:
    """What ``contents`` names, which the recipe of the bundle has written, and Python itself; by name."""
    named = json.loads(contents.read_text(encoding="utf-8"))
    parts = [_python(), *_of_packages(named["distributions"]), *_of_system(map(Path, named["system"]))]
    return sorted(parts, key=lambda part: part.name.lower())


def _of_packages(names: Sequence[str]) -> list[Part]:
    # Some are part of others' packages, and not installed by themselves.
    installed = {one.metadata["Name"] for one in importlib.metadata.distributions()}
    found = (importlib.metadata.distribution(name) for name in names if name != "floorwalker" and name in installed)
    return [_of_package(distribution) for distribution in found]


def _of_package(distribution: importlib.metadata.Distribution) -> Part:
    name = distribution.metadata["Name"]
    files = (Path(str(file.locate())) for file in distribution.files or [] if LICENCE_FILE.search(file.name))
    texts = [path for path in files if path.is_file() and path.suffix not in (".py", ".pyc", ".pyi")]
    if name in NO_TEXT_OF_ITS_OWN:
        texts = sorted((HERE / "licences").iterdir())
    purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{distribution.version}"
    return Part(name, distribution.version, KNOWN.get(name) or _declared(distribution), purl, tuple(texts))


def _declared(distribution: importlib.metadata.Distribution) -> str:
    about = distribution.metadata.json
    classifiers = [str(one) for one in about.get("classifier", [])]
    known = [one.split(" :: ")[-1] for one in classifiers if one.startswith("License ::")]
    declared = str(about.get("license_expression") or ", ".join(known) or about.get("license") or "see its files")
    return declared.strip().splitlines()[0][:120]


def _of_system(libraries: Iterable[Path]) -> list[Part]:
    """By the Debian packages that they came from; those of no package are Python's own."""
    packages: dict[str, Path] = {}
    for library in libraries:
        for path in (library, library.resolve(), Path("/usr") / library.resolve().relative_to("/")):
            owner = _told("dpkg-query", "--search", str(path)).partition(":")[0]
            if owner:
                packages[owner] = Path("/usr/share/doc") / owner / "copyright"
                break
    return [_of_debian(name, text) for name, text in packages.items()]


def _of_debian(name: str, text: Path) -> Part:
    version = _told("dpkg-query", "--show", "--showformat=${Version}", name)
    found = DEBIAN_LICENCE.findall(text.read_text(encoding="utf-8", errors="replace")) if text.is_file() else []
    licence = ", ".join(dict.fromkeys(found))[:120] or "see its files"
    return Part(name, version, licence, f"pkg:deb/debian/{name}@{version}", (text,) if text.is_file() else ())


def _told(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _python() -> Part:
    version = platform.python_version()
    places = (Path(os.__file__).parent, Path(sys.base_prefix))  # on Windows it lies beside the program
    texts = [place / "LICENSE.txt" for place in places if (place / "LICENSE.txt").is_file()]
    purl = f"pkg:generic/python@{version}"
    return Part("Python", version, "Python-2.0", purl, tuple(texts[:1]))


def write_licences(folder: Path, parts: Sequence[Part], *, version: str, libraries: str, has_ffmpeg: bool) -> None:
    """``LICENCE.txt`` says what holds for the whole; the texts of all parts lie in ``licences/``. ``libraries``: the
    folder of the bundle's libraries. Raises UnderTheGpl."""
    for file in sorted((folder / libraries).rglob("*")):
        if GPL.match(file.name):
            raise UnderTheGpl(f"{file.name} is under the GPL and in the bundle")
    texts = folder / "licences"
    (texts / "Floorwalker").mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", texts / "Floorwalker" / "LICENSE")
    for part in parts:
        for number, text in enumerate(part.texts):
            (texts / part.name).mkdir(exist_ok=True)
            place = texts / part.name / text.name
            shutil.copyfile(text, place if not place.exists() else place.with_name(f"{number}-{text.name}"))
    ffmpeg = WITH_FFMPEG if has_ffmpeg else WITHOUT_FFMPEG
    statement = STATEMENT.format(version=version, folder=libraries, ffmpeg=ffmpeg)
    lines = "".join(f"{part.name} {part.version}: {part.licence}\n" for part in parts)
    (folder / "LICENCE.txt").write_text(statement + lines, encoding="utf-8")
