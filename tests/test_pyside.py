"""PySide6 6.12.0 on Python 3.11 lost a reference to None at each call of a method that returns nothing."""

import sys

from PySide6.QtCore import QObject


def test_calls_that_return_nothing_keep_their_reference_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        thing.setObjectName("plate")
    if sys.version_info < (3, 12):  # from 3.12 on None is immortal and its count says nothing
        assert abs(sys.getrefcount(None) - before) < 100
    assert thing.objectName() == "plate"
