"""Every screen has its page of help in every language, and no page names a key or a page that is not there."""

import re

import pytest

from console.domain.action import ACTIONS, PART_KEYS, REPLAYED
from console.domain.preferences import LANGUAGES, Language
from console.screens.help_pages import KEY, help_text
from console.screens.table import SCREENS, Entry
from resources.files import help_file

LINK = re.compile(r"\]\(([^)]+)\)")
ALWAYS = {"Everywhere", "Screens"}


def source(screen: Entry, language: str) -> str:
    return help_file(language, screen.name).read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_screen_has_its_page_with_keys_that_work_there(screen: Entry) -> None:
    sections = {screen.title, *ALWAYS, *(["Replay"] if screen.title in REPLAYED else [])}
    names = {action.name for action in ACTIONS if action.section in sections}
    own = {key for part in PART_KEYS if part.section in sections for key in part.keys}
    for language in LANGUAGES:
        text = source(screen, language)
        assert text.startswith("# ")
        assert "`" not in text, "a key is named by its action"
        assert set(KEY.findall(text)) <= names | own, language
        assert set(LINK.findall(text)) <= {other.name for other in SCREENS}
        assert "[[" not in help_text(screen.name, language)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_the_pages_say_the_same_in_every_language(screen: Entry) -> None:
    def shape(language: Language) -> tuple[object, ...]:
        text = source(screen, language)
        starts = [line[:2] for line in text.splitlines() if line[:2] in {"# ", "##", "- "} or line[:1].isdigit()]
        return starts, sorted(KEY.findall(text)), sorted(LINK.findall(text))

    shapes = [shape(language) for language in LANGUAGES]
    assert all(one == shapes[0] for one in shapes)
