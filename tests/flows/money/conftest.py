"""One business for all flows with money: it takes long to open."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.screens import cases
from console.work import courier
from tests.flows.clerk import Clerk
from tests.flows.money.business import Business


@pytest.fixture(scope="package")
def business(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Iterator[Business]:
    """Each test takes another receipt and leaves the road as it found it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(courier, "RESEND_MS", 1_000)  # not as long as people would wait
        patch.setattr(cases, "REFRESH_MS", 1_000)
        business = Business(tmp_path_factory.mktemp("business"))
        yield business
        business.close()


@pytest.fixture
def clerk(business: Business, qtbot: QtBot) -> Iterator[Clerk]:
    """The supervisor, at the first desk. Leaves nothing behind for the next one, whatever the test came to."""
    clerk = Clerk(business.running, qtbot, business.store.demo["supervisor"], business.served)
    if clerk.desk.session.value.user is None:
        clerk.sign_in()
    yield clerk
    business.clear_roads()
    clerk.tidy_up()


@pytest.fixture
def agent(business: Business, qtbot: QtBot) -> Iterator[Clerk]:
    """At a second desk."""
    running = business.open_second_desk()
    agent = Clerk(running, qtbot, business.store.demo["agent"], business.served, "agent")
    if agent.desk.session.value.user is None:
        agent.sign_in()
    yield agent
    business.clear_roads()
    agent.tidy_up()
