"""Builds what a shop installs: ``python packaging/bundle.py OUT [--folder]``, run by ``dev.py bundle`` in its environment.

Into OUT: the folder ``floorwalker/`` that PyInstaller makes, with the licences of all that is in it and a bill of
materials (CycloneDX 1.5); on Linux an archive and a .deb of it; SHA-256 sums. The same commit gives the same bytes where
the same packages are installed: all times are SOURCE_DATE_EPOCH, by default that of the commit.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

from bill import NotABill, write_bill
from handouts import needed_glibc, settle, sums, write_archive, write_deb
from materials import UnderTheGpl, find_parts, write_licences
from stand_ins import put_in

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LIBRARIES = "_internal"
MOST_UNPACKED_MB, MOST_DOWNLOAD_MB = 300.0, 120.0
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


def sort_base_library(archive: Path) -> None:
    """PyInstaller packs the modules that Python starts with in an order that is another each time."""
    with zipfile.ZipFile(archive) as packed:
        modules = {entry: packed.read(entry) for entry in packed.infolist()}
    with zipfile.ZipFile(archive, "w") as packed:
        for entry in sorted(modules, key=lambda entry: entry.filename):
            packed.writestr(entry, modules[entry])


def strip_symbols(internal: Path) -> None:
    """Takes out what only debuggers read."""
    for library in internal.rglob("*.so*"):
        folders = library.relative_to(internal).parts[:-1]
        if not library.is_symlink() and not any(folder.endswith(LEAVE_SYMBOLS) for folder in folders):
            subprocess.run(["strip", "--strip-unneeded", str(library)], check=True)


def make_folder(out: Path, work: Path, icons: Path, moment: int) -> Path:
    """The folder as it is handed out. Raises CalledProcessError, NotABill and UnderTheGpl."""
    folder = freeze(out, work, icons, moment)
    sort_base_library(folder / LIBRARIES / "base_library.zip")
    left_out = []
    if sys.platform == "linux":
        left_out = put_in(folder / LIBRARIES)
        strip_symbols(folder / LIBRARIES)
    parts = find_parts(icons / "contents.json")
    write_licences(folder, parts, version=version(), libraries=LIBRARIES, has_ffmpeg=not left_out)
    write_bill(folder / "materials.cdx.json", parts, version=version(), moment=moment)
    shutil.copyfile(icons / "floorwalker-256.png", folder / "floorwalker.png")
    settle(folder, moment)
    return folder


def hand_out(folder: Path, out: Path, work: Path, icons: Path, moment: int) -> list[Path]:
    """What is downloaded: an archive and a package, an image of a disk, or an installer. Raises CalledProcessError."""
    if sys.platform == "linux":
        name = f"floorwalker-{version()}-linux-{platform.machine()}"
        archive = out / f"{name}.tar.xz"
        write_archive(folder, archive, name)
        has_dpkg = shutil.which("dpkg-deb") is not None
        package = [write_deb(folder, out, work, icons, version=version(), moment=moment)] if has_dpkg else []
        return [archive, *package]
    if sys.platform == "darwin":
        image = out / f"floorwalker-{version()}-macos-{platform.machine()}.dmg"
        command = [str(HERE / "macos" / "dmg.sh"), str(out / "Floorwalker.app"), str(folder), str(image)]
        subprocess.run(command, check=True)
        return [image]
    if shutil.which("iscc") is None:
        return []
    defines = [f"/DVersion={version()}", f"/DFolder={folder}", f"/DOut={out}"]
    if os.environ.get("FLOORWALKER_SIGN_WINDOWS"):
        defines += ["/DSigned", f"/Sfloorwalker={os.environ['FLOORWALKER_SIGN_WINDOWS']} $f"]
    subprocess.run(["iscc", *defines, str(HERE / "windows" / "floorwalker.iss")], check=True)
    return [out / f"floorwalker-{version()}-windows-x86_64.exe"]


def main(words: Sequence[str]) -> int:
    """0; 1 where something is larger than it may be, or under a licence that it may not be under, and where
    the bill of materials is none."""
    parser = argparse.ArgumentParser(prog="python packaging/bundle.py")
    parser.add_argument("out", type=Path)
    parser.add_argument("--folder", action="store_true", help="make the folder only, nothing to download")
    given = parser.parse_args(words)
    out: Path = given.out.absolute()
    work = out / "work"
    icons, moment = work / "icons", epoch()
    shutil.rmtree(out, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        folder = make_folder(out, work, icons, moment)
    except (NotABill, UnderTheGpl) as found:
        sys.stderr.write(f"bundle: {found}\n")
        return 1
    handed_out = [] if given.folder else hand_out(folder, out, work, icons, moment)
    shutil.copyfile(folder / "materials.cdx.json", out / "materials.cdx.json")
    (out / "SHA256SUMS").write_text("".join(sums([*handed_out, out / "materials.cdx.json"])), encoding="utf-8")
    unpacked_mb = round(sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6, 1)
    sizes = {file.name: round(file.stat().st_size / 1e6, 1) for file in handed_out}
    result: dict[str, object] = {"unpacked_mb": unpacked_mb, "to_download_mb": sizes}
    if sys.platform == "linux":
        result["needs_glibc"] = ".".join(map(str, needed_glibc(folder)))
    sys.stdout.write(json.dumps(result) + "\n")
    is_too_large = unpacked_mb > MOST_UNPACKED_MB or any(size > MOST_DOWNLOAD_MB for size in sizes.values())
    if is_too_large:
        sys.stderr.write(f"bundle: more than {MOST_UNPACKED_MB:g} MB, or {MOST_DOWNLOAD_MB:g} MB to download\n")
    return 1 if is_too_large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
