"""The log keeps no secret."""

import logging
from pathlib import Path

from console.logs import start_log, stop_log


def test_a_traceback_is_blacked_out_too(tmp_path: Path) -> None:
    handler = start_log(tmp_path / "console.log")
    try:
        try:
            raise ValueError('password="SECRET"')
        except ValueError:
            logging.getLogger("console").error("it failed", exc_info=True)
    finally:
        stop_log(handler)
    written = (tmp_path / "console.log").read_text(encoding="utf-8")
    assert "ValueError" in written
    assert "SECRET" not in written
