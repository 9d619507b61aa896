"""What is handed out of a finished bundle on Linux: an archive and a Debian package, the same bytes from the same folder."""

import gzip
import hashlib
import lzma
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
ICON_SIZES = (16, 32, 48, 64, 128, 256, 512)
PRESET = 4
BLOCK = 48 << 20
"""Bytes that are compressed by themselves, so that every core has one: a sixth of the whole, some percent larger."""
NEEDED = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


def needed_glibc(folder: Path) -> tuple[int, int]:
    """The newest version of the C library that anything in ``folder`` asks for: with an older one it does not start."""
    newest = (0, 0)
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink() and _is_elf(file):
            told = subprocess.run(["objdump", "-p", str(file)], capture_output=True, text=True, check=True).stdout
            newest = max([newest, *((int(major), int(minor)) for major, minor in NEEDED.findall(told))])
    return newest


def _is_elf(file: Path) -> bool:
    with file.open("rb") as data:
        return data.read(4) == b"\x7fELF"


def settle(folder: Path, moment: int) -> None:
    """Gives all files one time and what anybody may do with them, so that archives of them are the same."""
    for path in [*folder.rglob("*"), folder]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def write_archive(folder: Path, archive: Path, top: str) -> None:
    """A .tar.xz of a settled ``folder`` that unpacks into ``top``: sorted, of nobody."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        return entry

    loose = archive.with_suffix("")
    with tarfile.open(loose, "w") as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, f"{top}/{path.relative_to(folder).as_posix()}", recursive=False, filter=plain)
    with loose.open("rb") as data, archive.open("wb") as packed, ThreadPoolExecutor(os.cpu_count()) as workers:
        blocks = iter(lambda: data.read(BLOCK), b"")
        packed.writelines(workers.map(lambda block: lzma.compress(block, preset=PRESET), blocks))
    loose.unlink()


def write_deb(folder: Path, out: Path, work: Path, icons: Path, *, version: str, moment: int) -> Path:
    """Below /opt/floorwalker, with a command, a menu entry, icons and AppStream data. Raises CalledProcessError."""
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(folder, tree / "opt" / "floorwalker", symlinks=True)
    share = tree / "usr" / "share"
    for source, place in (
        (HERE / "linux" / "org.floorwalker.desk.desktop", share / "applications"),
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
    with (
        (doc / "changelog.gz").open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=moment) as packed,
    ):
        packed.write((ROOT / "CHANGELOG.md").read_bytes())
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / "floorwalker").symlink_to("/opt/floorwalker/floorwalker")
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir()
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    machine = MACHINES.get(platform.machine(), platform.machine())
    glibc = ".".join(map(str, needed_glibc(folder)))
    fields = (HERE / "linux" / "control").read_text(encoding="utf-8")
    control.write_text(fields.format(version=version, machine=machine, size=size, glibc=glibc), encoding="utf-8")
    settle(tree, moment)
    package = out / f"floorwalker_{version}_{machine}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{PRESET}", "--build", str(tree), str(package)]
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)})
    return package


def sums(files: Sequence[Path]) -> Iterator[str]:
    """As ``sha256sum --check`` reads them."""
    for file in files:
        with file.open("rb") as data:
            yield f"{hashlib.file_digest(data, 'sha256').hexdigest()}  {file.name}\n"
