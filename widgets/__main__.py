"""``python -m widgets`` opens the gallery; ``--shots DIR [name …]`` writes pictures of the widgets instead."""

import argparse
import os
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from resources.dressing import dress
from resources.theme import THEMES
from resources.translations import translator
from widgets.accessible import tell_roles
from widgets.gallery import Gallery, shoot


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m widgets", description="Every widget of the desk, in every theme.")
    parser.add_argument("--shots", type=Path, metavar="DIR", help="write a PNG of each widget in each theme and end")
    parser.add_argument("--theme", choices=list(THEMES), default="light")
    parser.add_argument("names", nargs="*", help="only these widgets")
    options = parser.parse_args()
    if options.shots:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    tell_roles()
    plurals = translator("en")
    application.installTranslator(plurals)
    if options.shots:
        sys.stdout.write(f"{shoot(application, options.shots, options.names)} pictures in {options.shots}\n")
        return 0
    theme = THEMES[options.theme]
    dress(application, theme)
    gallery = Gallery(application, theme)
    gallery.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
