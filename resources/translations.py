"""The languages of the desk, served to Qt's translation from catalogues of JSON (why not .qm: see DECISIONS.md).

A catalogue is ``{context: {source: translation}}``; where a text counts (``%n``) its translation is the pair
``[one, many]``. There is one file for each package that has texts, so that two hands seldom meet in one.
"""

import json
from pathlib import Path

from PySide6.QtCore import QTranslator

from resources.files import catalogues, languages

Catalogue = dict[str, dict[str, str | list[str]]]


def read_catalogue(path: Path) -> Catalogue:
    catalogue: Catalogue = json.loads(path.read_text(encoding="utf-8"))
    return catalogue


class CatalogueTranslator(QTranslator):
    """Answers Qt's questions for a text from catalogues; a text it does not have is left to the next translator."""

    def __init__(self, found: list[Catalogue]) -> None:
        super().__init__()
        self._texts = {
            (context, source): translation
            for catalogue in found
            for context, texts in catalogue.items()
            for source, translation in texts.items()
        }

    def translate(self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # noqa: ARG002  # Qt's signature; None: not here
        found = self._texts.get((context, source_text))
        if isinstance(found, list):
            return found[0] if n == 1 else found[1]
        return found

    def isEmpty(self) -> bool:
        return not self._texts


def translator(language: str) -> QTranslator:
    """A translator into ``language`` ("en", "de"), for ``QCoreApplication.installTranslator``.

    Raises ValueError for a language that has no catalogue. English has one too: for the plurals.
    """
    if language not in languages():
        raise ValueError(f"no texts in {language!r}; there are {', '.join(languages())}")
    return CatalogueTranslator([read_catalogue(path) for path in catalogues(language)])
