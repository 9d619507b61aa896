"""Levels of what a gondola weighed, as they are made."""

import numpy as np

from store_server.sensing.levels import SECONDS, US, LevelBuilder
from tests.sensing.site import BATCH_US, RATE_HZ, SHAPE

BEGIN = 1_780_000_000 * US


def test_levels_go_on_at_once_where_the_clock_was_set_back() -> None:
    builder, found = LevelBuilder(SECONDS, 1, SHAPE[1:]), list[int]()
    for since in (BEGIN + 3_600 * US, BEGIN + 3 * US):
        for number in range(200):
            at_us = since + number * BATCH_US
            levels = builder.add(np.zeros(SHAPE, np.float32), at_us, RATE_HZ)
            found += [(one.first_at - BEGIN) // US for one in levels]
    assert found == [3_610, 3_620, 10, 20, 30]
