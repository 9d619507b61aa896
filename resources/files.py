"""Where the files of this package are: the one module that knows their names."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def shape(name: str) -> str:
    """Path of a small drawing that the style sheet names, with forward slashes as style sheets want them."""
    return (_HERE / "shapes" / f"{name}.svg").as_posix()


def help_file(language: str, page: str) -> Path:
    """A page of help (Markdown)."""
    return _HERE / "help" / language / f"{page}.md"


def catalogues(language: str) -> list[Path]:
    """The translation catalogues of a language, one for each package that has texts; none for a language unknown."""
    return sorted((_HERE / "translations" / language).glob("*.json"))


def languages() -> list[str]:
    """The languages that have catalogues, English first: it is what the sources are written in."""
    found = {folder.name for folder in (_HERE / "translations").iterdir() if folder.is_dir()}
    return ["en", *sorted(found - {"en"})]


@cache
def icon_font() -> tuple[Path, Path]:
    """The icon font that qtawesome brings, and its table of names. The files carry a version, so they are looked for.

    The package is found but not imported: with all that it loads itself, it takes as long to import as Qt.
    """
    package = find_spec("qtawesome")
    if package is None or package.origin is None:
        raise FileNotFoundError("qtawesome, which brings the icons, is not installed")
    folder = Path(package.origin).parent / "fonts"
    return max(folder.glob("phosphor-*.ttf")), max(folder.glob("phosphor-charmap-*.json"))
