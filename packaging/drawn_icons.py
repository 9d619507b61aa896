"""The program's icon in the forms that systems want, drawn: ``python packaging/drawn_icons.py FOLDER``.

``floorwalker-SIZE.png`` for Linux, ``floorwalker.ico`` for Windows, ``floorwalker.icns`` for macOS.
"""

import os
import struct
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication

from resources.app_icon import draw_app_icon

SIZES = (16, 32, 48, 64, 128, 256, 512)
ICNS_TYPES = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09"}
ICO_SIZES = (16, 32, 48, 64, 128, 256)


def png(side: int) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    draw_app_icon(side).save(buffer, "PNG")
    return bytes(data.data())


def ico(pictures: dict[int, bytes]) -> bytes:
    """An icon file of Windows: a directory, then PNGs."""
    at = 6 + 16 * len(pictures)
    directory = struct.pack("<HHH", 0, 1, len(pictures))
    for side, data in pictures.items():
        directory += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(data), at)
        at += len(data)
    return directory + b"".join(pictures.values())


def icns(pictures: dict[int, bytes]) -> bytes:
    """An icon file of macOS: PNGs, each behind its type and length."""
    parts = b"".join(ICNS_TYPES[side] + struct.pack(">I", 8 + len(data)) + data for side, data in pictures.items())
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def main(folder: Path) -> None:
    application = QGuiApplication([])
    pictures = {side: png(side) for side in SIZES}
    del application
    folder.mkdir(parents=True, exist_ok=True)
    for side, data in pictures.items():
        (folder / f"floorwalker-{side}.png").write_bytes(data)
    (folder / "floorwalker.ico").write_bytes(ico({side: pictures[side] for side in ICO_SIZES}))
    (folder / "floorwalker.icns").write_bytes(icns({side: pictures[side] for side in ICNS_TYPES}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
