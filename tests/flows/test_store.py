"""The store as one program: from its start to receipts, through kill -9 and to its end."""

import asyncio
import json
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import nats
import psutil
import pytest
import requests

from store_client.contract.live import Event, Health, Positions, Weights, inbox, subject
from tests.conftest import StartStore
from tests.store_process import ROOT, NotReady, StoreProcess, wait_for

FAST = ("--scenario", "steady", "--seed", "3", "--speed", "8")
END_S = 20.0


class Desk:
    """Somebody signed in over HTTP."""

    def __init__(self, store: StoreProcess, user: str = "supervisor") -> None:
        self._http = store.http
        answer = requests.post(
            f"{store.http}/v1/session", json={"user": user, "password": store.demo[user]}, timeout=30
        )
        answer.raise_for_status()
        self.session: dict[str, Any] = answer.json()
        self._head = {"Authorization": f"Bearer {self.session['token']}"}
        self.store = store.stores[0]

    def get(self, path: str, **query: str | int) -> Any:
        answer = requests.get(f"{self._http}/v1/{path}", params=query, headers=self._head, timeout=30)
        answer.raise_for_status()
        return answer.json() if "json" in answer.headers["Content-Type"] else answer.content

    def listed(self, path: str, **query: str | int) -> list[dict[str, Any]]:
        """Of a list whose address names the store, or which is asked for it."""
        asked = query if path.startswith("stores/") else {"store": self.store, **query}
        items: list[dict[str, Any]] = self.get(path, **asked)["items"]
        return items

    def picture(self, camera: str) -> bytes:
        """Empty while the camera gives none, which it may not for a while on a busy machine."""
        answer = requests.get(f"{self._http}/v1/cameras/{camera}/picture", headers=self._head, timeout=30)
        return answer.content if answer.status_code == 200 else b""

    def live(self, kinds: dict[str, Any], enough: Callable[[dict[str, list[Any]]], bool]) -> dict[str, list[Any]]:
        """Messages by subject's kind, heard until there are ``enough`` of them."""

        async def listen() -> dict[str, list[Any]]:
            access = self.session["live"]
            client = await nats.connect(
                access["url"], user=access["user"], password=access["password"], inbox_prefix=inbox(access["user"])
            )
            heard: dict[str, list[Any]] = {kind: [] for kind in kinds}
            try:
                for kind, form in kinds.items():
                    part = "*" if kind == "weights" else None
                    subscription = await client.subscribe(subject(self.store, kind, part))
                    asyncio.get_running_loop().create_task(_keep(subscription, form, heard[kind]))
                while not enough(heard):
                    await asyncio.sleep(0.02)
            finally:
                await client.close()
            return heard

        heard: dict[str, list[Any]] = asyncio.run(asyncio.wait_for(listen(), 120))
        return heard


async def _keep(subscription: Any, form: Any, heard: list[Any]) -> None:
    async for message in subscription.messages:
        heard.append(msgspec.msgpack.decode(message.data, type=form))


def family(store: StoreProcess) -> list[psutil.Process]:
    children: list[psutil.Process] = psutil.Process(store.process.pid).children(recursive=True)
    return children


def gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_a_day_in_the_store_survives_kill_9_and_another_version(start_store: StartStore, tmp_path: Path) -> None:
    store = start_store(*FAST, data=tmp_path)
    desk = Desk(store)

    heard = desk.live(
        {"weights": Weights, "positions": Positions, "health": Health, "events": Event},
        lambda heard: all(heard.values()) and any(len(each.people) > 1 for each in heard["positions"]),
    )
    assert len({message.epoch for message in heard["weights"]}) == 1
    assert {device.kind for device in heard["health"][-1].devices} >= {"gondola", "camera", "gate", "tracker"}

    receipt = wait_for(lambda: desk.listed("receipts"), "a receipt", 120)[-1]
    trips = desk.listed("trips")
    assert any(trip["state"] == "left" for trip in trips)
    assert desk.get(f"receipts/{receipt['id']}")["lines"]
    cameras = desk.listed(f"stores/{desk.store}/cameras")
    assert wait_for(lambda: desk.picture(cameras[0]["id"]), "a picture").startswith(b"\xff\xd8")

    children = family(store)
    assert len(children) >= 3  # the guard, its broker, the world
    store.kill()
    wait_for(lambda: gone(children), "nobody outlives the store")

    worked_on_by(tmp_path, 1, "0.0.1")
    again = start_store(*FAST, data=tmp_path)
    assert again.demo == store.demo
    desk = Desk(again)
    assert receipt["id"] in {each["id"] for each in desk.listed("receipts", limit=500)}
    known = {trip["id"] for trip in trips}
    wait_for(lambda: {trip["id"] for trip in desk.listed("trips")} - known, "the day goes on")
    heard = desk.live({"positions": Positions}, lambda heard: len(heard["positions"]) > 3)
    assert [message.seq - heard["positions"][0].seq for message in heard["positions"][:4]] == [0, 1, 2, 3]

    children = family(again)
    began = time.monotonic()
    assert again.stop() == 0
    assert time.monotonic() - began < END_S
    assert gone(children)

    worked_on_by(tmp_path, 99, "9.1.0")
    before = touched(tmp_path)
    assert "version 9.1.0 of this program has worked in" in refused(start_store, data=tmp_path)
    assert touched(tmp_path) == before, "an older program leaves what a newer one has worked on alone"


def worked_on_by(data: Path, form: int, program: str) -> None:
    """As if another version had worked there last."""
    (data / "form.json").write_text(json.dumps({"form": form, "program": program}), encoding="utf-8")


def touched(data: Path) -> dict[str, int]:
    """When each file was written last."""
    return {str(path): path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file() and path.name != "lock"}


def test_a_world_that_dies_comes_back_in_its_place(start_store: StartStore, tmp_path: Path) -> None:
    store = start_store("--scenario", "quiet", data=tmp_path)
    desk = Desk(store)
    [world] = [process for process in family(store) if "store_server.world" in process.cmdline()]
    camera = desk.listed(f"stores/{desk.store}/cameras")[0]["id"]
    wait_for(lambda: desk.picture(camera), "a picture")
    world.kill()
    killed_us = time.time_ns() // 1_000

    def has_begun_again(heard: dict[str, list[Any]]) -> bool:
        return any(message.measured_at > killed_us for message in heard["weights"])

    assert len({message.epoch for message in desk.live({"weights": Weights}, has_begun_again)["weights"]}) == 1
    head = {"Authorization": f"Bearer {desk.session['token']}"}
    with requests.get(f"{store.http}/v1/cameras/{camera}/live", headers=head, stream=True, timeout=60) as answer:
        assert next(answer.iter_content(1_000)), "the cameras are found where they were"
    assert "starting it again" in store.log
    assert store.stop() == 0


def test_it_stops_in_order_while_somebody_looks(start_store: StartStore, tmp_path: Path) -> None:
    store = start_store("--scenario", "quiet", data=tmp_path)
    desk = Desk(store)
    if sys.platform != "win32":
        secrets = [path for path in tmp_path.rglob("*.json") if store.demo["agent"] in path.read_text("utf-8")]
        assert [stat.S_IMODE(path.stat().st_mode) for path in secrets] == [0o600]
    camera = wait_for(lambda: desk.listed(f"stores/{desk.store}/cameras"), "cameras")[0]["id"]
    children = family(store)
    head = {"Authorization": f"Bearer {desk.session['token']}"}
    with requests.get(f"{store.http}/v1/cameras/{camera}/live", headers=head, stream=True, timeout=30) as answer:
        assert answer.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        assert next(answer.iter_content(1_000))
        began = time.monotonic()
        assert store.stop() == 0
    assert time.monotonic() - began < END_S
    assert gone(children)
    assert "Traceback" not in store.log
    assert store.process.stdout is not None


def refused(start_store: StartStore, *options: str, data: Path | None = None) -> str:
    """The one line of a start that fails."""
    with pytest.raises(NotReady) as failed:
        start_store(*options, data=data)
    assert failed.value.code == 2
    lines = failed.value.log.splitlines()
    assert "Traceback" not in failed.value.log
    assert lines[-1].startswith("store_server: ")
    return lines[-1]


def test_a_data_folder_in_use_is_refused(start_store: StartStore, store: StoreProcess) -> None:
    assert "another store is working on" in refused(start_store, data=store.data)


def test_a_port_that_is_taken_is_refused(start_store: StartStore, store: StoreProcess, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refused(start_store, "--http", f"127.0.0.1:{port}", data=tmp_path)
    assert f"port {port} of 127.0.0.1 is taken" in line
    assert store.process.poll() is None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--speed", "0"], "--speed"),
        (["--nats", "nats://127.0.0.1:1"], "--nats: nobody answers at 127.0.0.1:1"),
        (["--hardware"], "site.json"),
        (["--database", "nonsense"], "--database"),
    ],
)
def test_a_start_that_cannot_be_is_refused(
    start_store: StartStore, tmp_path: Path, options: list[str], said: str
) -> None:
    assert said in refused(start_store, *options, data=tmp_path)


def test_a_recording_that_cannot_be_read_is_refused(start_store: StartStore, tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.mkdir()
    (recording / "plate_data.json").write_text("nonsense", encoding="utf-8")
    assert "recording" in refused(start_store, "--recording", str(recording), data=tmp_path / "data")


def test_a_data_folder_that_cannot_be_made_is_refused(start_store: StartStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert "--data" in refused(start_store, data=tmp_path / "file" / "data")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot ask a process to end without its help")
@pytest.mark.parametrize("sign", ["lock", "live/pid", "store.sqlite"])
def test_it_may_be_asked_to_end_while_it_starts(tmp_path: Path, sign: str) -> None:
    """As soon as there is a file that tells how far it has come."""
    command = [sys.executable, "-m", "store_server", "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as store:
        wait_for((tmp_path / sign).exists, sign)
        store.terminate()
        _, said = store.communicate(timeout=60)
    assert store.returncode == 0
    assert b"Traceback" not in said
    wait_for(lambda: not family_of(tmp_path), "its children have ended")


_FULL = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
runpy.run_module("store_server", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files stands in for a full disk")
@pytest.mark.parametrize("room", [0, 20_000, 200_000])
def test_a_start_on_a_full_disk_is_refused_in_one_sentence(tmp_path: Path, room: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(room), "--data", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("store_server: --data")
    wait_for(lambda: not family_of(tmp_path), "its children have ended")


def family_of(folder: Path) -> list[psutil.Process]:
    """Whoever still works on a folder."""
    return [one for one in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(one.info["cmdline"] or [])]
