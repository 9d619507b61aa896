"""A real RTSP camera, GStreamer's: run by the system's own Python, which has its bindings, as a child of the tests.

``/usr/bin/python3 rtsp_server.py [--port N] [--password P] [--transport udp|tcp] [--said-hz N]``. Standard output: one line
with its port, once it serves. Standard input: a word a line, what shall go wrong: ``stall``, ``go``, ``size 640 360``,
``garble 0.01``, ``jump 3600`` (seconds). It ends with standard input.
"""

import argparse
import sys
import threading

import gi  # type: ignore[import-not-found]

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402

USER = "camera"
LAUNCH = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,framerate=15/1 ! videoscale"
    " ! capsfilter name=size caps=video/x-raw,format=I420,width=320,height=180"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=15 ! h264parse{said}"
    " ! breakmydata name=garble probability=0 ! identity name=jump ! valve name=valve"
    " ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--password", default="")
    parser.add_argument("--transport", default="")
    parser.add_argument("--said-hz", type=int, default=0)
    asked = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer(address="127.0.0.1", service=asked.port)
    factory = GstRtspServer.RTSPMediaFactory(shared=True)
    said = f" ! capssetter caps=video/x-h264,framerate={asked.said_hz}/1" if asked.said_hz else ""
    factory.set_launch(LAUNCH.format(said=said))
    if asked.transport:
        lower = {"udp": GstRtsp.RTSPLowerTrans.UDP, "tcp": GstRtsp.RTSPLowerTrans.TCP}
        factory.set_protocols(lower[asked.transport])
    if asked.password:
        guard(server, factory, asked.password)
    faults = Faults()
    factory.connect("media-configure", lambda _, made: faults.begin(made))
    server.get_mount_points().add_factory("/live", factory)
    server.attach(None)
    loop = GLib.MainLoop()
    threading.Thread(target=listen, args=(faults, loop), daemon=True).start()
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    loop.run()


def guard(server: GstRtspServer.RTSPServer, factory: GstRtspServer.RTSPMediaFactory, password: str) -> None:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "user")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, password), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("user", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, True)
    permissions.add_permission_for_role("user", GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, True)
    factory.set_permissions(permissions)


class Faults:
    """What was said holds for who comes later too: the last to leave ends a stream, the next to come begins another."""

    def __init__(self) -> None:
        self._said: dict[str, list[str]] = {}
        self._bin: Gst.Element = None

    def begin(self, media: GstRtspServer.RTSPMedia) -> None:
        self._bin = media.get_element()
        for word, numbers in self._said.items():
            self._apply(word, numbers)

    def hear(self, line: str) -> None:
        word, *numbers = line.split()
        word, numbers = ("valve", ["1"]) if word == "stall" else ("valve", ["0"]) if word == "go" else (word, numbers)
        self._said[word] = numbers
        self._apply(word, numbers)

    def _apply(self, word: str, numbers: list[str]) -> None:
        part = self._bin.get_by_name(word)
        match word:
            case "valve":
                part.set_property("drop", numbers == ["1"])
            case "size":
                caps = f"video/x-raw,format=I420,width={numbers[0]},height={numbers[1]}"
                part.set_property("caps", Gst.Caps.from_string(caps))
            case "garble":
                part.set_property("probability", float(numbers[0]))
            case "jump":
                part.set_property("ts-offset", round(float(numbers[0]) * Gst.SECOND))


def listen(faults: Faults, loop: GLib.MainLoop) -> None:
    for line in sys.stdin:
        faults.hear(line)
    loop.quit()


if __name__ == "__main__":
    main()
