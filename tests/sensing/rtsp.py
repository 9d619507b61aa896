"""A camera by RTSP to test against: GStreamer's server, where Debian's packages of it are installed."""

import os
import queue
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PYTHON = Path("/usr/bin/python3")
SERVER = Path(__file__).with_name("rtsp_server.py")
PACKAGES = "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base -good -ugly"
_TRIES = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer, Gst; Gst.init(None);"
    " assert all(Gst.ElementFactory.find(name) for name in ('x264enc', 'rtph264pay', 'videotestsrc', 'breakmydata'))"
)


def has_server() -> bool:
    if not PYTHON.exists():
        return False
    tried = subprocess.run([PYTHON, "-c", _TRIES], check=False, capture_output=True, env=_environment(), timeout=60)
    return tried.returncode == 0


def need_server() -> None:
    """Skips the test where there is none."""
    if not has_server():
        pytest.skip(f"GStreamer's RTSP server is not installed: {PACKAGES}")


def _environment() -> dict[str, str]:
    """The system's Python has packages of its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


class RtspCamera:
    """``url``: where it serves; see rtsp_server.py for what can be said to it."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [PYTHON, SERVER, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            text=True,
        )
        assert self._process.stdout is not None
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=lambda out=self._process.stdout: lines.put(out.readline()), daemon=True).start()
        self.port = int(lines.get(timeout=30))
        self.url = f"rtsp://127.0.0.1:{self.port}/live"

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()
        self.end()

    def end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def rtsp_camera(*options: str) -> Iterator[RtspCamera]:
    camera = RtspCamera(*options)
    try:
        yield camera
    finally:
        camera.end()
