"""Who looked at what was recorded is told, and who goes over it again is not told over and over."""

from sqlalchemy import func, select

from store_server.desk.looks import Looks
from store_server.storage.audit import AuditRow
from tests.desk.shop import START, Shop, agent

MINUTE = 60


def test_a_look_is_told_anew_after_ten_minutes_and_where_the_clock_was_set_back(corner: Shop) -> None:
    looks, ada = Looks(corner.audit, corner.clock.now_us), agent("ada")

    def told(minutes: int) -> int:
        corner.clock.passes(minutes * MINUTE)
        assert looks.are_told(ada, "cam1", START, START + 1) == (minutes == 9)
        looks.pictures(ada, "cam1", START, START + 1)
        looks.case_pictures(ada, "case")
        with corner.database.read() as session:
            looked = AuditRow.action.in_(["recording_seen", "pictures_seen"])
            return session.scalar(select(func.count()).select_from(AuditRow).where(looked)) or 0

    assert [told(minutes) for minutes in (0, 9, 1, -60, 9, 1)] == [2, 2, 4, 6, 6, 8]
