"""The log keeps no secret."""

import logging
from pathlib import Path

import pytest

from console.logs import redact, start_log, stop_log


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRET.abc-123",
        '{"user": "agent", "password": "SECRET"}',
        "refresh_token=SECRET&x=1",
        "token: SECRET",
        "nats://desk:SECRET@127.0.0.1:4222",
    ],
)
def test_secrets_are_blacked_out(text: str) -> None:
    assert "SECRET" not in redact(text)
    assert "•••" in redact(text)


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
