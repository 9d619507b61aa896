"""Where the files of this package are: the one module that knows their names."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def shape(name: str) -> str:
    """Path of a small drawing that the style sheet names, with forward slashes as style sheets want them."""
    return (_HERE / "shapes" / f"{name}.svg").as_posix()


def catalogues(language: str) -> list[Path]:
    """The translation catalogues of a language, one for each package that has texts; none for a language unknown."""
    return sorted((_HERE / "translations" / language).glob("*.json"))


def languages() -> list[str]:
    """The languages that have catalogues, English first: it is what the sources are written in."""
    found = {folder.name for folder in (_HERE / "translations").iterdir() if folder.is_dir()}
    return ["en", *sorted(found - {"en"})]


@cache
def icon_font() -> tuple[str, str, str]:
    """Folder, font and character map of the icon font. Their names carry a version, so they are looked for.

    The package is not loaded to be found: that takes longer than the first window may.
    """
    package = find_spec("qtawesome")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).resolve().parent / "fonts"
    font = max(path.name for path in folder.glob("phosphor-*.ttf"))
    charmap = max(path.name for path in folder.glob("phosphor-charmap-*.json"))
    return str(folder), font, charmap
