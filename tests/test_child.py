"""A child process: whatever becomes of it, whoever speaks to it goes on."""

import errno
import io
import sys

import pytest

from store_server.child import Child


class Broken(io.BytesIO):
    """The pipe of a child that has ended, as Windows tells of it."""

    def write(self, _: object) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    def close(self) -> None:
        super().close()
        raise OSError(errno.EINVAL, "Invalid argument")


def test_who_speaks_to_a_child_that_has_ended_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Child("short", [sys.executable, "-c", "import sys; sys.stdin.read()"])
    pipe = child._process.stdin
    assert pipe is not None
    with monkeypatch.context() as patch:
        patch.setattr(child._process, "stdin", Broken())
        child.say("is anybody there?")
        child.hang_up()
    child.end()
    assert child.exit_code(0) == 0
