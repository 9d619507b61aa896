"""``python -m tests.console.walk [--all] [--only VIEW,…] DIR``: walks through every view of the desk in the looks that
cover (with ``--all``: in every look, 3 sizes × 3 themes × 3 sizes of text × 2 languages), writes a picture of each and
lists what is wrong. Needs no store and no screen. Ends with 1 where anything is wrong."""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.console.walk.looks import ALL, COVERING, SIZES
from tests.console.walk.stage import Stage
from widgets.accessible import tell_roles


def screens(folder: Path) -> Path:
    """Describes a screen beside the other for each size, for Qt's offscreen platform."""
    path, left, described = folder / "screens.json", 0, []
    for width, height, ratio in SIZES:
        size = {"width": width * ratio, "height": height * ratio, "dpr": ratio, "logicalDpi": 96, "logicalBaseDpi": 96}
        described.append({"name": f"{width}x{height}@{ratio}", "x": left, "y": 0, **size})
        left += width * ratio
    path.write_text(json.dumps({"screens": described}), encoding="utf-8")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.console.walk", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every look, not only those that cover")
    parser.add_argument("--only", default="", metavar="VIEW,…", help="these views alone")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={screens(Path(scratch))}"
        application = QApplication(sys.argv[:1])
    tell_roles()
    stage = Stage(application)
    wanted = frozenset(filter(None, asked.only.split(",")))
    stage.views = {name: show for name, show in stage.views.items() if not wanted or name in wanted}
    count = 0
    for look in ALL if asked.all else COVERING:

        def keep(view: str, picture: QImage, name: str = str(look)) -> None:
            picture.save(str(asked.folder / f"{view}-{name}.png"))

        screen = next(one for one in application.screens() if one.devicePixelRatio() == look.ratio)
        stage.window.setScreen(screen)
        stage.window.move(screen.geometry().topLeft())
        faults = stage.walk(look, keep)
        count += len(faults)
        sys.stdout.write(f"{look}: {len(faults)} faults\n" + "".join(f"  {fault}\n" for fault in faults))
        sys.stdout.flush()
    stage.end()
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
