"""Builds what a shop installs: ``python packaging/bundle.py OUT [--no-deb]``, run by ``dev.py bundle`` in its environment.

Into OUT: the folder ``floorwalker/`` that PyInstaller makes, with the licences of all that is in it and a bill of
materials (CycloneDX 1.5); on Linux an archive and a .deb of it; SHA-256 sums. The same commit gives the same bytes where
the same packages are installed: all times are SOURCE_DATE_EPOCH, by default that of the commit.
"""

import argparse
import gzip
import hashlib
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from stand_ins import put_in

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
ICON_SIZES = (16, 32, 48, 64, 128, 256, 512)
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
STATEMENT = """Floorwalker {version} as it is bundled here
=======================================

Floorwalker itself is under the Apache License 2.0 (licences/Floorwalker/LICENSE). The bundle as a whole is handed on under
the Apache License 2.0 together with the licences of its parts, below. Qt and PySide6 are used under the LGPL 3: they are
files of their own in _internal/, and may be exchanged for others of the same interface. {ffmpeg}
Nothing here is under the GPL alone: PyAV, whose packages carry GPL encoders, is left out, and with it the reading of added
cameras (--camera), which a store from its own environment has.

"""
WITH_FFMPEG = "So are the libraries of\nFFmpeg inside OpenCV's package, under the LGPL 2.1."
WITHOUT_FFMPEG = "The libraries of\nFFmpeg that OpenCV's package brings are left out: files of their names do nothing."
LEAVE_SYMBOLS = (".libs", "cv2", "numpy", "PySide6")
"""Folders of libraries that are stripped already; some were patched since and would not survive it."""


def version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def epoch() -> int:
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(asked.stdout) if asked.returncode == 0 and asked.stdout.strip() else 315_532_800


def freeze(out: Path, work: Path, icons: Path, moment: int) -> Path:
    """Runs PyInstaller; the folder that it made. Raises CalledProcessError."""
    subprocess.run([sys.executable, str(HERE / "drawn_icons.py"), str(icons)], check=True)
    if sys.platform == "win32":
        (icons / "version.txt").write_text(windows_version(version()), encoding="utf-8")
    environment = {
        **os.environ,
        "FLOORWALKER_ICONS": str(icons),
        "FLOORWALKER_VERSION": version(),
        "SOURCE_DATE_EPOCH": str(moment),
        "PYTHONHASHSEED": "1",
        "PYINSTALLER_CONFIG_DIR": str(work / "cache"),
    }
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(out), "--workpath", str(work), str(HERE / "floorwalker.spec")]
    subprocess.run(command, check=True, env=environment, cwd=ROOT)
    return out / "floorwalker"


def windows_version(number: str) -> str:
    """The version resource of the program, in the form that PyInstaller reads."""
    quad = (*(int(part) for part in number.split(".")[:3]), 0)
    words = {"CompanyName": "Floorwalker", "FileDescription": "Operator console of checkout-free stores"}
    words |= {"FileVersion": number, "ProductName": "Floorwalker", "ProductVersion": number}
    table = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in words.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={quad}, prodvers={quad}, mask=0x3f, flags=0, OS=0x40004, fileType=1, "
        f"subtype=0, date=(0, 0)), kids=[StringFileInfo([StringTable('040904B0', [{table}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )


def strip_symbols(internal: Path) -> None:
    """Takes out what only debuggers read."""
    for library in internal.rglob("*.so*"):
        folders = library.relative_to(internal).parts[:-1]
        if not library.is_symlink() and not any(folder.endswith(LEAVE_SYMBOLS) for folder in folders):
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)


# ---------------------------------------------------------------- whose work it is


def parts_of(icons: Path) -> list[importlib.metadata.Distribution]:
    names = json.loads((icons / "distributions.json").read_text(encoding="utf-8"))
    installed = {
        one.metadata["Name"] for one in importlib.metadata.distributions()
    }  # some are part of others' packages
    return [importlib.metadata.distribution(name) for name in names if name != "floorwalker" and name in installed]


def licence_name(part: importlib.metadata.Distribution) -> str:
    about = part.metadata.json
    classifiers = [str(one) for one in about.get("classifier", [])]
    known = [one.split(" :: ")[-1] for one in classifiers if one.startswith("License ::")]
    declared = str(about.get("license_expression") or ", ".join(known) or about.get("license") or "see its files")
    return declared.strip().splitlines()[0][:120]


def write_licences(folder: Path, parts: Sequence[importlib.metadata.Distribution], *, has_ffmpeg: bool) -> None:
    """``LICENCE.txt`` says what holds for the whole; the texts of all parts lie in ``licences/``."""
    texts = folder / "licences"
    (texts / "Floorwalker").mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", texts / "Floorwalker" / "LICENSE")
    lines = []
    for part in parts:
        name = part.metadata["Name"]
        lines.append(f"{name} {part.version}: {licence_name(part)}")
        for file in part.files or []:
            path = Path(str(file.locate()))
            if LICENCE_FILE.search(file.name) and path.is_file() and path.suffix not in (".py", ".pyc"):
                (texts / name).mkdir(exist_ok=True)
                shutil.copyfile(path, texts / name / file.name)
    python = Path(sys.base_prefix) / "LICENSE.txt"
    lines.append(f"Python {platform.python_version()}: Python-2.0")
    if python.is_file():
        (texts / "Python").mkdir()
        shutil.copyfile(python, texts / "Python" / "LICENSE.txt")
    whole = (
        STATEMENT.format(version=version(), ffmpeg=WITH_FFMPEG if has_ffmpeg else WITHOUT_FFMPEG)
        + "\n".join(sorted(lines, key=str.lower))
        + "\n"
    )
    (folder / "LICENCE.txt").write_text(whole, encoding="utf-8")


def write_materials(file: Path, parts: Sequence[importlib.metadata.Distribution], moment: int) -> None:
    """A bill of materials: CycloneDX 1.5, JSON."""
    components = [
        {
            "type": "library",
            "name": part.metadata["Name"],
            "version": part.version,
            "purl": f"pkg:pypi/{part.metadata['Name'].lower().replace('_', '-')}@{part.version}",
            "licenses": [{"license": {"name": licence_name(part)}}],
        }
        for part in parts
    ]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"floorwalker-{version()}-{moment}-{json.dumps(components)}")
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "floorwalker", "version": version()}},
        "components": components,
    }
    file.write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")


# ---------------------------------------------------------------- what is handed out


def settle(folder: Path, moment: int) -> None:
    """Gives all files one time, so that archives of them are the same."""
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (moment, moment), follow_symlinks=False)


def write_archive(folder: Path, archive: Path, top: str, moment: int) -> None:
    """A .tar.xz that unpacks into ``top``: sorted, of nobody, of one time."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = moment
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with tarfile.open(archive, "w:xz", preset=5) as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, f"{top}/{path.relative_to(folder).as_posix()}", recursive=False, filter=plain)


def write_deb(folder: Path, out: Path, work: Path, icons: Path, moment: int) -> Path:
    """Below /opt/floorwalker, with a command, a menu entry, icons and AppStream data. Raises CalledProcessError."""
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(folder, tree / "opt" / "floorwalker", symlinks=True)
    share = tree / "usr" / "share"
    for source, place in (
        (HERE / "linux" / "floorwalker.desktop", share / "applications"),
        (HERE / "linux" / "org.floorwalker.desk.metainfo.xml", share / "metainfo"),
    ):
        place.mkdir(parents=True)
        shutil.copy(source, place)
    for side in ICON_SIZES:
        place = share / "icons" / "hicolor" / f"{side}x{side}" / "apps"
        place.mkdir(parents=True)
        shutil.copyfile(icons / f"floorwalker-{side}.png", place / "floorwalker.png")
    doc = share / "doc" / "floorwalker"
    doc.mkdir(parents=True)
    shutil.copyfile(folder / "LICENCE.txt", doc / "copyright")
    with gzip.GzipFile(doc / "changelog.gz", "wb", mtime=moment) as changes:
        changes.write((ROOT / "CHANGELOG.md").read_bytes())
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / "floorwalker").symlink_to("/opt/floorwalker/floorwalker")
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir()
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    machine = MACHINES.get(platform.machine(), platform.machine())
    fields = (HERE / "linux" / "control").read_text(encoding="utf-8")
    control.write_text(fields.format(version=version(), machine=machine, size=size), encoding="utf-8")
    settle(tree, moment)
    package = out / f"floorwalker_{version()}_{machine}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z5", "--build", str(tree), str(package)]
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)})
    return package


def sums(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        with file.open("rb") as data:
            yield f"{hashlib.file_digest(data, 'sha256').hexdigest()}  {file.name}\n"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python packaging/bundle.py")
    parser.add_argument("out", type=Path)
    parser.add_argument("--no-deb", action="store_true", help="make no Debian package")
    given = parser.parse_args(words)
    out: Path = given.out.absolute()
    work = out / "work"
    icons, moment = work / "icons", epoch()
    shutil.rmtree(out, ignore_errors=True)
    work.mkdir(parents=True)
    folder = freeze(out, work, icons, moment)
    left_out = []
    if sys.platform == "linux":
        left_out = put_in(folder / "_internal")
        strip_symbols(folder / "_internal")
    parts = parts_of(icons)
    write_licences(folder, parts, has_ffmpeg=not left_out)
    shutil.copyfile(icons / "floorwalker-256.png", folder / "floorwalker.png")
    write_materials(folder / "materials.cdx.json", parts, moment)
    settle(folder, moment)
    handed_out = []
    if sys.platform == "linux":
        name = f"floorwalker-{version()}-linux-{platform.machine()}"
        archive = out / f"{name}.tar.xz"
        write_archive(folder, archive, name, moment)
        handed_out.append(archive)
        if not given.no_deb and shutil.which("dpkg-deb"):
            handed_out.append(write_deb(folder, out, work, icons, moment))
    elif sys.platform == "darwin":
        image = out / f"floorwalker-{version()}-macos-{platform.machine()}.dmg"
        subprocess.run([str(HERE / "macos" / "dmg.sh"), str(out / "Floorwalker.app"), str(image)], check=True)
        handed_out.append(image)
    elif shutil.which("iscc"):
        defines = [f"/DVersion={version()}", f"/DFolder={folder}", f"/DOut={out}"]
        if os.environ.get("FLOORWALKER_SIGN_WINDOWS"):
            defines += ["/DSigned", f"/Sfloorwalker={os.environ['FLOORWALKER_SIGN_WINDOWS']} $f"]
        subprocess.run(["iscc", *defines, str(HERE / "windows" / "floorwalker.iss")], check=True)
        handed_out.append(out / f"floorwalker-{version()}-windows-x86_64.exe")
    shutil.copyfile(folder / "materials.cdx.json", out / "materials.cdx.json")
    (out / "SHA256SUMS").write_text("".join(sums([*handed_out, out / "materials.cdx.json"])), encoding="utf-8")
    unpacked = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    sizes = {file.name: round(file.stat().st_size / 1e6, 1) for file in handed_out}
    sys.stdout.write(json.dumps({"unpacked_mb": round(unpacked / 1e6, 1), "to_download_mb": sizes}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
