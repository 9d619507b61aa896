"""Leaves out of a bundle on Linux what OpenCV's package brings and the desk never calls.

Its one library is linked to FFmpeg (video files and streams: read by PyAV in a store's own environment, not in a bundle)
to OpenBLAS (matrices of more than a hundred rows) and to an AV1 codec (all pictures are JPEG, which is looked at before
one is decoded): 90 MB that have to be there for it to load. In their place come libraries of the same names and symbols,
a few kilobytes each, in which every function ends the process. So nothing of FFmpeg is handed on. Needs a C compiler;
without one the originals stay.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

LEFT_OUT = re.compile(r"lib(avcodec|avformat|avutil|swscale|openblasp|aom)-")
WITH_THEM = re.compile(r"lib(vpx|swresample|ssl|crypto|gfortran|quadmath|drm|x264|x265)-")
"""What only they need, among the libraries of OpenCV's package."""


def symbols(library: Path, which: str) -> set[tuple[str, str]]:
    """Names and versions ("" for none) of what ``library`` defines or lacks (``which``: ``--defined-only``, …)."""
    told = subprocess.run(["nm", "-D", which, str(library)], capture_output=True, text=True, check=True).stdout
    found = (line.split()[-1] for line in told.splitlines() if line.strip())
    return {(name, version.lstrip("@")) for name, _, version in (one.partition("@") for one in found)}


def stand_in(library: Path, wanted: set[tuple[str, str]]) -> None:
    """Puts a library with ``wanted`` in the place of ``library``. Raises CalledProcessError."""
    by_version = defaultdict(list)
    for name, version in sorted(wanted):
        by_version[version].append(name)
    with tempfile.TemporaryDirectory() as place:
        source, script = Path(place) / "stand_in.c", Path(place) / "versions"
        source.write_text("".join(f"void {name}(void) {{ __builtin_trap(); }}\n" for name, _ in sorted(wanted)))
        versions = {version: names for version, names in by_version.items() if version}
        script.write_text("".join(f"{version} {{ {'; '.join(names)}; }};\n" for version, names in versions.items()))
        command = ["cc", "-shared", "-fPIC", "-Os", "-s", "-w", "-fno-builtin", f"-Wl,-soname,{library.name}"]
        command += [f"-Wl,--version-script={script}"] if versions else []
        library.unlink()
        subprocess.run([*command, "-Wl,--build-id=none", "-o", str(library), str(source)], check=True)


def put_in(internal: Path) -> list[str]:
    """In the folder of a bundle's libraries; the names of what was replaced or taken away."""
    libraries = internal / "opencv_python_headless.libs"
    opencv = next((internal / "cv2").glob("cv2.*.so"))
    if shutil.which("cc") is None or shutil.which("nm") is None:
        sys.stderr.write("bundle: there is no C compiler, so FFmpeg's libraries stay in\n")
        return []
    avif = libraries.glob("libavif-*")  # stays, and calls the codec
    lacked = set().union(*(symbols(library, "--undefined-only") for library in (opencv, *avif)))
    gone = []
    for library in sorted(libraries.iterdir()):
        if LEFT_OUT.match(library.name):
            stand_in(library, lacked & symbols(library, "--defined-only"))
            gone.append(library.name)
    for library in sorted(libraries.iterdir()):
        if WITH_THEM.match(library.name):
            library.unlink()
            (internal / library.name).unlink(missing_ok=True)
            gone.append(library.name)
    return gone
