"""The form of an export, and what comes of it when the store or the disk is not there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QLabel, QLineEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from console.domain.commands.replay import ExportSpan
from console.domain.session import SignedIn
from console.screens.export_form import HOUR_US, ExportForm
from console.screens.path_dialog import PathDialog
from console.screens.replay_bar import ReplayBar
from console.wardrobe import theme_of
from console.work.door import Door
from console.work.errand import Errands
from console.work.exports import Exports
from console.work.runner import Runner
from store_client.contract.faces import FacesGrant
from store_client.contract.moment import from_micros, to_micros
from tests.client.samples import session
from tests.client.test_export import GOOD, sent
from tests.client.web import good, problem, serving
from tests.console.day import user
from tests.console.desk_fixture import LivingDesk, living_desk

US = 1_000_000
REASON = "Films show faces: why you need to see them"


@pytest.fixture
def desk() -> LivingDesk:
    desk = living_desk("agent")
    desk.session.set(SignedIn(user("agent")))
    return desk


@pytest.fixture
def form(desk: LivingDesk, qtbot: QtBot, tmp_path: Path) -> ExportForm:
    form = ExportForm(theme_of(desk.preferences.value), desk)
    qtbot.addWidget(form)
    now_us = desk.day.now_us
    form.begin(now_us - 90 * US - 7, now_us - 3)
    line(form, "New folder to write to").setText(str(tmp_path / "export"))
    return form


def line(form: ExportForm, name: str) -> QLineEdit:
    return next(one for one in form.findChildren(QLineEdit) if one.accessibleName() == name)


def button(form: ExportForm) -> QPushButton:
    return next(one for one in form.findChildren(QPushButton) if one.text() == "Export")


def beside(form: ExportForm) -> QRadioButton:
    return next(one for one in form.findChildren(QRadioButton) if "side by side" in one.text())


def test_films_ask_why_faces_are_to_be_seen_and_for_the_password(
    desk: LivingDesk, form: ExportForm, tmp_path: Path
) -> None:
    assert not button(form).isEnabled()
    line(form, REASON).setText("a thief is looked for")
    assert not button(form).isEnabled()
    line(form, "Your password").setText("secret")
    QTest.keyClick(form, Qt.Key.Key_Return)
    now_us = desk.day.now_us
    cameras = tuple(camera.id for camera in desk.cameras.value)
    asked = ExportSpan(
        cameras, now_us - 90 * US - 7, now_us - 3, str(tmp_path / "export"), False, "a thief is looked for", "secret"
    )
    assert desk.asked.commands == [asked], "marks are kept to the microsecond"
    assert "secret" not in repr(asked)
    assert not form.isVisible()


def test_with_leave_or_side_by_side_nothing_is_asked(desk: LivingDesk, form: ExportForm) -> None:
    beside(form).setChecked(True)
    assert (button(form).isEnabled(), line(form, REASON).isVisibleTo(form)) == (True, False)
    desk.faces.set(FacesGrant("0198c0de-0000-7000-8000-000000000001", "u", from_micros(desk.day.now_us + HOUR_US)))
    form.begin(desk.day.now_us - US, desk.day.now_us, ("camera-1",))
    assert (button(form).isEnabled(), line(form, REASON).isVisibleTo(form)) == (True, False)
    assert form.chosen() == ("camera-1",)


def test_it_says_what_cannot_be(desk: LivingDesk, form: ExportForm, tmp_path: Path) -> None:
    beside(form).setChecked(True)
    for box in form.findChildren(QCheckBox):
        box.setChecked(False)
    assert not button(form).isEnabled()
    form.findChildren(QCheckBox)[0].setChecked(True)
    assert button(form).isEnabled()
    line(form, "New folder to write to").setText(str(tmp_path))
    assert not button(form).isEnabled(), "nothing is written over"
    form.begin(desk.day.now_us - 2 * HOUR_US, desk.day.now_us)
    beside(form).setChecked(True)
    assert not button(form).isEnabled(), "side by side at most an hour"


def test_how_long_it_is_stands_there_as_the_reader_writes_numbers(desk: LivingDesk, form: ExportForm) -> None:
    now_us = desk.day.now_us

    def said() -> str:
        return next(label.text() for label in form.findChildren(QLabel) if " min " in label.text())

    form.begin(now_us - 119_960_000, now_us)
    assert said().startswith("2 min 0.0 s"), "a minute has no sixtieth second"
    QLocale.setDefault(QLocale("de_DE"))
    form.begin(now_us - 90_500_000, now_us)
    assert said().startswith("1 min 30,5 s")


def test_no_password_stays_in_a_form_that_was_left(form: ExportForm) -> None:
    line(form, "Your password").setText("secret")
    form.reject()
    assert line(form, "Your password").text() == ""


def test_a_name_that_no_folder_can_have_breaks_nothing(form: ExportForm, tmp_path: Path) -> None:
    beside(form).setChecked(True)
    line(form, "New folder to write to").setText(str(tmp_path / ("x" * 300)))
    assert button(form).isEnabled(), "the disk says what is wrong with it"


def test_an_hour_that_comes_twice_stays_the_one_that_was_marked(desk: LivingDesk, form: ExportForm) -> None:
    store = desk.store.value
    assert store is not None
    desk.store.set(replace(store, time_zone="Europe/Berlin"))
    beside(form).setChecked(True)
    for hour in (0, 1):
        begin_us = to_micros(datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
        form.begin(begin_us, begin_us + 600 * US)
        beside(form).setChecked(True)
        for edit in form.findChildren(QDateTimeEdit):
            edit.setCurrentSection(QDateTimeEdit.Section.MinuteSection)
            edit.stepBy(1)
        button(form).click()
        asked = desk.asked.commands[-1]
        assert isinstance(asked, ExportSpan)
        assert (asked.from_us - begin_us, asked.to_us - begin_us) == (60 * US, 660 * US)


def test_the_folder_is_chosen_in_which_the_new_one_is_made(form: ExportForm, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    next(one for one in form.findChildren(QPushButton) if one.text() == "Choose…").click()
    [asked] = form.findChildren(PathDialog)
    with qtbot.waitSignal(asked.destroyed):
        asked.setDirectory(str(tmp_path / "disk"))
        asked.accept()
    assert line(form, "New folder to write to").text() == str(tmp_path / "disk" / "export")


def test_it_says_what_can_be_no_longer(desk: LivingDesk, form: ExportForm, tmp_path: Path) -> None:
    beside(form).setChecked(True)
    (tmp_path / "export").mkdir()
    button(form).click()
    hints = [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
    assert "The folder is there already: name a new one." in hints
    desk.faces.set(FacesGrant("0198c0de-0000-7000-8000-000000000001", "u", from_micros(desk.day.now_us + HOUR_US)))
    form.begin(desk.day.now_us - US, desk.day.now_us)
    assert not line(form, REASON).isVisible()
    desk.faces.set(None)
    assert line(form, REASON).isVisible(), "the leave to see faces is over"
    assert not button(form).isEnabled()


def test_who_may_not_see_faces_is_offered_what_covers_them(desk: LivingDesk, form: ExportForm) -> None:
    desk.session.set(SignedIn(user("staff")))
    form.begin(desk.day.now_us - US, desk.day.now_us)
    assert beside(form).isChecked()
    assert [radio.isEnabled() for radio in form.findChildren(QRadioButton)] == [False, True]


def test_all_of_it_is_reached_by_keyboard(form: ExportForm, qtbot: QtBot) -> None:
    with qtbot.waitExposed(form):
        form.activateWindow()
    reached = set()
    for _ in range(60):
        QTest.keyClick(form.focusWidget() or form, Qt.Key.Key_Tab)
        reached.add(form.focusWidget())
    wanted = [*form.findChildren(QCheckBox), *form.findChildren(QRadioButton)[:1], line(form, REASON)]
    assert set(wanted) <= reached
    assert all(one.accessibleName() or one.text() for one in form.findChildren(QPushButton))


def test_a_marked_span_is_exported_from_the_time_line(desk: LivingDesk, qtbot: QtBot) -> None:
    bar = ReplayBar(theme_of(desk.preferences.value), desk)
    qtbot.addWidget(bar)
    assert not bar.act("export_span"), "nothing is marked"
    desk.marked.set((desk.day.now_us - 30 * US, desk.day.now_us))
    assert bar.act("export_span")
    (form,) = bar.findChildren(ExportForm)
    assert form.isVisible()
    QTest.keyClick(form, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_of_two_exports_each_is_told_what_became_of_it(desk: LivingDesk, qtbot: QtBot, tmp_path: Path) -> None:
    now_us = desk.day.now_us
    with serving() as web:
        door, runner = Door(lambda _: None), Runner(desk.tasks)
        door.open(web.url)
        web.answers = [good(session("t1")), problem(403, "not-permitted"), sent(GOOD)]
        door.client.sessions.sign_in("ada", "secret")
        exports = Exports(Errands(desk, door, runner), lambda: "")
        for number, name in enumerate(("refused", "good"), 1):
            exports.export(ExportSpan(("cam1",), now_us - US, now_us, str(tmp_path / name), is_side_by_side=True))
            qtbot.waitUntil(lambda: not runner._running)
            told = [(one.severity, str(one)) for one in desk.problems.value]
            assert len(told) == number
        runner.stop()
        door.close()
    assert [severity for severity, _ in told] == ["error", "note"]
    assert str(tmp_path / "refused") in told[0][1]
