"""The texts of the console that are not written where they are shown, and those that nobody shows any more."""

import pytest

from console.domain.action import ACTIONS, PART_KEYS
from console.screens.table import SCREENS
from resources.files import catalogues, languages
from resources.translations import read_catalogue
from tests.resources.extraction import package_texts

TITLES = {("Actions", text) for action in ACTIONS for text in (action.title, action.section)}
TITLES |= {("Actions", part.title) for part in PART_KEYS}
NAMES = {("Screens", screen.title) for screen in SCREENS}


def catalogue(language: str) -> set[tuple[str, str]]:
    path = next(path for path in catalogues(language) if path.stem == "console")
    return {(context, source) for context, texts in read_catalogue(path).items() for source in texts}


def test_actions_and_screens_have_german_names() -> None:
    assert not (TITLES | NAMES) - catalogue("de")


@pytest.mark.parametrize("language", languages())
def test_no_translation_has_outlived_its_text(language: str) -> None:
    shown = {(text.context, text.source) for text in package_texts(["console"])} | TITLES | NAMES
    assert not catalogue(language) - shown
