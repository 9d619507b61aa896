from itertools import count

from store_server.sensing.alarms import FLOOD, US, Alarms, Condition


def condition(device: str = "cam1", priority: str = "medium", title: str = "Camera 1 gives no picture") -> Condition:
    return Condition("camera_lost", device, "high" if priority == "high" else "medium", title, "so", "do")


def alarms() -> Alarms:
    numbers = count()
    return Alarms("corner", lambda: f"alert-{next(numbers)}")


def told(alarms: Alarms, conditions: list[Condition], second: float) -> list[str]:
    return [f"{change} {alert.device}" for change, alert in alarms.update(conditions, round(second * US))]


def test_an_alert_is_raised_when_it_lasts_and_cleared_when_it_is_gone() -> None:
    book = alarms()
    assert [told(book, [condition()], second) for second in (0, 1, 2, 3)] == [[], [], ["raised cam1"], []]
    assert [alert.id for alert in book.now()] == ["alert-0"]
    assert [told(book, [], second) for second in (4, 7, 8, 9)] == [[], [], ["cleared cam1"], []]
    assert book.now() == []


def test_what_flickers_is_not_news() -> None:
    book = alarms()
    flickering = [told(book, [condition()] if second % 2 else [], second) for second in range(20)]
    assert flickering == [[]] * 20


def test_a_change_is_told_of_the_same_alert_and_not_too_often() -> None:
    book = alarms()
    told(book, [condition()], 0)
    told(book, [condition()], 2)
    titles = [told(book, [condition(title=f"{second}")], second) for second in (3, 11.9, 12, 13)]
    assert titles == [[], [], ["changed cam1"], []]
    assert [alert.id for alert in book.now()] == ["alert-0"]


def test_a_flood_is_held_back_but_for_what_is_high() -> None:
    book = alarms()
    many = [condition(f"cam{number}") for number in range(30)]
    told(book, many, 0)
    assert len(told(book, many, 2)) == FLOOD
    assert book.held_back == 20
    told(book, [*many, condition("door", "high")], 3)
    assert told(book, [*many, condition("door", "high")], 5) == ["raised door"]


def test_a_clock_that_is_set_back_keeps_nothing_waiting_and_no_alert_for_longer() -> None:
    book = alarms()
    gone, new = condition(), condition("cam2")
    assert [told(book, [gone], second) for second in (3_600, 3_602)] == [[], ["raised cam1"]]
    assert [told(book, [new], second) for second in (1, 3, 6)] == [[], ["raised cam2"], ["cleared cam1"]]


def test_a_clock_that_is_set_back_lets_no_flood_last_longer() -> None:
    book = alarms()
    many = [condition(f"cam{number}") for number in range(30)]
    told(book, many, 3_600)
    assert len(told(book, many, 3_602)) == FLOOD
    assert len(told(book, many, 0)) == 0
    assert len(told(book, many, 602)) == FLOOD
