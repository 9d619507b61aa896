"""Money, moments and axes as they are read."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from resources.theme import LIGHT
from widgets.amount import Amount, format_amount, minor_digits, plain_amount, rate_text
from widgets.floor_layer import draw_scale
from widgets.floor_view import FloorView
from widgets.moment import age_text, is_repeated, local, time_text
from widgets.ticks import time_ticks, value_range, value_ticks
from widgets.video_tile import zoom_text

ENGLISH, GERMAN = QLocale("en_GB"), QLocale("de_DE")
BERLIN = "Europe/Berlin"


def micros(text: str) -> int:
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("amount", "english", "german"),
    [
        (Amount(1_299, "EUR"), "€12.99", "12,99 €"),
        (Amount(-1_299, "EUR"), "−€12.99", "−12,99 €"),
        (Amount(5, "EUR"), "€0.05", "0,05 €"),
        (Amount(123_456_789, "EUR"), "€1,234,567.89", "1.234.567,89 €"),
        (Amount(1_299, "JPY"), "¥1,299", "1.299 ¥"),
        (Amount(1_234, "BHD"), "BHD 1.234", "1,234 BHD"),
    ],
)
def test_amounts(amount: Amount, english: str, german: str) -> None:
    assert format_amount(amount, ENGLISH).replace("\u00a0", " ") == english
    assert format_amount(amount, GERMAN).replace("\u00a0", " ") == german


def test_a_change_shows_its_sign_either_way() -> None:
    assert format_amount(Amount(300, "EUR"), ENGLISH, is_change=True) == "+€3.00"
    assert format_amount(Amount(0, "EUR"), ENGLISH, is_change=True) == "€0.00"


@given(st.integers(-(10**15), 10**15), st.sampled_from(["EUR", "JPY", "BHD"]))
def test_no_minor_unit_is_lost_on_the_way_to_the_screen(minor: int, currency: str) -> None:
    text = plain_amount(Amount(minor, currency), ENGLISH)
    digits = text.replace(",", "").replace(".", "").replace("−", "-")
    assert int(digits) == minor
    if minor_digits(currency):
        assert len(text.rpartition(".")[2]) == minor_digits(currency)


def test_rates() -> None:
    assert [rate_text(rate, GERMAN) for rate in (700, 550, 1_905, 0)] == ["7 %", "5,5 %", "19,05 %", "0 %"]


def test_the_hour_that_autumn_repeats_is_told_apart() -> None:
    first, second = micros("2025-10-26T00:30:00+00:00"), micros("2025-10-26T01:30:00+00:00")
    assert time_text(first, BERLIN) == "02:30:00 +02:00"
    assert time_text(second, BERLIN) == "02:30:00 +01:00"
    assert time_text(second + 3_600_000_000, BERLIN) == "03:30:00"
    assert not is_repeated(local(micros("2025-03-30T00:30:00+00:00"), BERLIN))


@given(st.integers(946_684_800_000_000, 2_840_140_800_000_000), st.sampled_from([BERLIN, "America/New_York", "UTC"]))
def test_a_time_with_its_offset_names_one_moment(at: int, zone: str) -> None:
    text = time_text(at, zone, digits=6, has_date=True, has_offset=True)
    assert micros(text.replace("−", "-").replace(" UTC", "+00:00").replace(" ", "T", 1).replace(" ", "")) == at


def test_ages_do_not_run_ahead() -> None:
    assert [age_text(age) for age in (0.4, 1.9, 59.9, 60, 3_599, 90_000)] == [
        "now",
        "1 s",
        "59 s",
        "1 min",
        "59 min",
        "1 d",
    ]


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(1, 12))
def test_values_lie_within_round_bounds(low: float, span: float, most: int) -> None:
    bottom, top = value_range(low, low + span, 20)
    assert bottom <= low
    assert top >= low + span
    assert top - bottom >= 20
    ticks = value_ticks(bottom, top, most)
    assert len(ticks) <= most + 1
    assert len({f"{value:.{digits}f}" for value, digits in ticks}) == len(ticks)


def test_time_ticks_stand_at_round_local_times() -> None:
    start = micros("2025-10-25T21:40:00+00:00")
    labels = [label for _, label in time_ticks(start, start + 3_600_000_000, 7, BERLIN)]
    assert labels == ["23:40", "23:50", "2025-10-26", "00:10", "00:20", "00:30", "00:40"]
    assert local(time_ticks(start, start + 60_000_000, 4, BERLIN)[1][0], BERLIN).second % 15 == 0
    assert ZoneInfo(BERLIN)


@pytest.fixture
def reader() -> Iterator[Callable[[QLocale], None]]:
    before = QLocale()
    yield QLocale.setDefault
    QLocale.setDefault(before)


def test_how_near_a_picture_is_seen_is_written_as_the_reader_writes_numbers(reader: Callable[[QLocale], None]) -> None:
    for locale, words in ((ENGLISH, "× 1.5"), (GERMAN, "× 1,5")):
        reader(locale)
        assert zoom_text(1.5) == words


def test_a_bar_of_half_a_metre_is_named_as_the_reader_writes_numbers(
    qtbot: QtBot, reader: Callable[[QLocale], None]
) -> None:
    drawn = {}
    for metres, pixels_a_metre in ((0.5, 150.0), (5, 15.0)):
        for locale in (ENGLISH, GERMAN):
            reader(locale)
            view, image = FloorView(), QImage(200, 60, QImage.Format.Format_RGB32)
            view.scale = pixels_a_metre
            image.fill(Qt.GlobalColor.white)
            painter = QPainter(image)
            draw_scale(painter, view, LIGHT)
            painter.end()
            drawn[metres, locale.name()] = image
    assert drawn[0.5, "en_GB"] != drawn[0.5, "de_DE"]
    assert drawn[5, "en_GB"] == drawn[5, "de_DE"]
