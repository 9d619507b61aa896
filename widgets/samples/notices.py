"""What tells of a state: banners, chips, views that have nothing to show."""

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from resources.theme import Theme
from widgets.banner import Banner, Notice
from widgets.confidence_bar import ConfidenceBar
from widgets.facts import Facts
from widgets.samples.data import ZONE
from widgets.samples.sample import Sample
from widgets.severity import Severity
from widgets.state_chip import StateChip
from widgets.state_view import StateView, ViewState
from widgets.store_clock import StoreClock


def _banners(theme: Theme) -> QWidget:
    page = QFrame()
    column = QVBoxLayout(page)
    notices = (
        Notice(
            "danger",
            "The store does not answer.",
            "Your decision on case 31 is kept on this machine.",
            "It is sent again as soon as the store is back.",
            "Try now",
        ),
        Notice(
            "warning",
            "The secret could not be put into the keyring.",
            "You stay signed in until the desk is closed.",
            "",
        ),
        Notice("info", "Camera “Ceiling 3” was added.", "", "", "Show"),
        Notice("good", "Refund settled: €3.38 to Visa 4242."),
    )
    for notice in notices:
        banner = Banner(theme, page)
        banner.show_notice(notice)
        column.addWidget(banner)
    column.addStretch(1)
    return page


def _states(theme: Theme) -> QWidget:
    page = QFrame()
    grid = QGridLayout(page)
    texts: tuple[tuple[ViewState, str, str, str], ...] = (
        ("empty", "No receipts", "Nothing was issued in this span.", "Widen the span"),
        ("loading", "Looking for receipts", "The store has been asked.", "Cancel"),
        ("offline", "The store does not answer", "What is on screen is of 14:03:22.", "Try again"),
        ("not_permitted", "Not for your role", "Cases are handled by agents and supervisors.", ""),
        ("failed", "The list could not be read", "The store sent something that is no list.", "Try again"),
    )
    for place, (state, heading, sentence, action) in enumerate(texts):
        view = StateView(theme, page)
        view.show_state(state, heading, sentence, action)
        grid.addWidget(view, place // 3, place % 3)
    return page


def _chips(theme: Theme) -> QWidget:
    page = QFrame()
    column = QVBoxLayout(page)
    row = QHBoxLayout()
    chips: tuple[tuple[Severity, str], ...] = (
        ("neutral", "Closed"),
        ("good", "Settled"),
        ("info", "Submitting"),
        ("warning", "In doubt"),
        ("danger", "Failed"),
    )
    for severity, word in chips:
        chip = StateChip(theme, page)
        chip.set_state(severity, word)
        row.addWidget(chip)
    row.addStretch(1)
    column.addLayout(row)
    for confidence in (0.994, 0.62, None):
        bar = ConfidenceBar(theme, page)
        bar.set_confidence(confidence)
        column.addWidget(bar)
    clock = StoreClock(theme, page)
    clock.set_moment(1_761_438_600_000_000, ZONE)
    column.addWidget(clock)
    facts = Facts(theme, page)
    facts.set_facts(
        [("Visit", "412"), ("Entered", "14:03:22 at Gate 1"), ("People", "2 on one code"), ("Card", "Visa 4242")]
    )
    column.addWidget(facts)
    column.addStretch(1)
    return page


SAMPLES: tuple[Sample, ...] = (
    Sample("banners", 760, 330, _banners),
    Sample("states", 900, 520, _states),
    Sample("chips", 560, 330, _chips),
)
