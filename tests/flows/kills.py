"""Kills a real desk at random while its clerk decides disputes at the window, starts it again, and counts what is left:
nothing that was asked for may be lost, and nothing may be done twice."""

import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from console.paths import find_paths
from tests.flows.victim import USER
from tests.proof.books import check_books
from tests.proof.crowd import open_store, sell
from tests.store_process import ROOT, StoreProcess

PATIENCE_S = 120.0
NEW_RECEIPTS = 4
"""Sold before each start: newest first, so the clerk finds them at once."""
WORDS = ("receipt", "case", "drafted", "deciding", "decided")


@dataclass
class Tally:
    """``resolved``: seconds from each start to nothing unanswered; ``during``: after which word each kill came;
    ``decided``: decisions that the store carried out."""

    kills: int = 0
    decided: int = 0
    moved: int = 0
    resolved: list[float] = field(default_factory=list)
    during: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Desk:
    """One life of the desk. ``word``: what it told last."""

    def __init__(self, store: StoreProcess, data: Path, password: str, *options: str) -> None:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "FLOORWALKER_PASSWORD": password}
        command = [sys.executable, "-m", "tests.flows.victim", store.http, str(data), *options]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._data = data
        self._said: Queue[str] = Queue()
        self._errors: list[str] = []
        self.word = ""
        self._readers = [
            threading.Thread(target=self._listen, daemon=True),
            threading.Thread(target=self._keep_errors, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def hear(self) -> list[str]:
        """The next line, in words. Raises AssertionError if none comes."""
        try:
            line = self._said.get(timeout=PATIENCE_S)
        except Empty:
            line = ""
        if not line:
            log = find_paths(self._data).log
            logged = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            told = f"exit code {self._process.poll()}: {''.join(self._errors)[-3000:]}\n{logged[-3000:]}"
            raise AssertionError(f"the desk said no more after {self.word!r}; {told}")
        words = line.split()
        self.word = words[0]
        return words

    def kill(self) -> None:
        self._process.kill()
        self._finish()

    def end(self) -> int:
        """Waits until it has ended by itself."""
        return self._finish()

    def _finish(self) -> int:
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
        finally:
            for reader in self._readers:
                reader.join(PATIENCE_S)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as pipe:
            for line in pipe:
                self._said.put(line)
        self._said.put("")

    def _keep_errors(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as pipe:
            self._errors.extend(pipe)


def hunt(folder: Path, kills: int, seed: int) -> Tally:
    """``kills`` kills; then one more life in which all comes to rest, and the count."""
    tally, chance = Tally(), random.Random(seed)
    served: list[str] = []
    store, passwords = open_store(folder / "store", receipts=0)
    data = folder / "desk"
    try:
        for _ in range(kills):
            sell(f"sqlite:///{folder / 'store' / 'store.sqlite'}", NEW_RECEIPTS)
            desk = Desk(store, data, passwords[USER], "--served", *served[-50:])
            try:
                _until_a_moment(desk, chance, tally, served)
            finally:
                desk.kill()
            tally.kills += 1
            tally.during[desk.word] = tally.during.get(desk.word, 0) + 1
        desk = Desk(store, data, passwords[USER], "--rest")
        try:
            tally.resolved.append(_resolved(desk))
        finally:
            code = desk.end()
        if code:
            tally.wrong.append(f"the last desk ended with {code}")
        _until_settled(folder / "store")
    finally:
        store.stop()
    _count(folder, tally)
    return tally


def _resolved(desk: Desk) -> float:
    while True:
        words = desk.hear()
        if words[0] == "resolved":
            return float(words[1])


def _until_a_moment(desk: Desk, chance: random.Random, tally: Tally, served: list[str]) -> None:
    """Most often while a decision is on its way, else anywhere in the life of the desk."""
    disputes, word = chance.randint(0, 2), chance.choice((*WORDS, *["deciding"] * 5, "ready", "resolved"))
    pause_s = chance.uniform(0.0, 0.12 if word == "deciding" else 0.4)
    while True:
        words = desk.hear()
        if words[0] == "resolved":
            tally.resolved.append(float(words[1]))
        if words[0] == "receipt":
            served.append(words[1])
        if words[0] == word and (disputes <= 0 or word in ("ready", "resolved")):
            break
        disputes -= words[0] == "decided"
    time.sleep(pause_s)  # not for a condition: the moment of death is to be any


def _until_settled(store: Path) -> None:
    """Waits until no money is on its way that the store still expects an answer about."""
    deadline = time.monotonic() + PATIENCE_S
    question = "SELECT COUNT(*) FROM refunds WHERE state IN ('approved', 'submitting')"
    with closing(sqlite3.connect(f"{(store / 'store.sqlite').as_uri()}?mode=ro", uri=True, timeout=30)) as books:
        while books.execute(question).fetchone() != (0,):
            if time.monotonic() > deadline:
                raise AssertionError("the refunds do not settle")
            time.sleep(0.1)


def _count(folder: Path, tally: Tally) -> None:
    with closing(sqlite3.connect(find_paths(folder / "desk").database)) as desk:
        intents = desk.execute("SELECT key, kind, state, target FROM intents").fetchall()
    with closing(sqlite3.connect(folder / "store" / "store.sqlite")) as store:
        check_books(store)
        remembered = {key for (key,) in store.execute("SELECT key FROM remembered").fetchall()}
        answers = dict(store.execute("SELECT key, answer FROM remembered").fetchall())
        decided = {
            case
            for (case,) in store.execute(
                "SELECT id FROM cases WHERE state IN ('decided', 'awaiting_approval')"
            ).fetchall()
        }
        refunds = store.execute('SELECT key, "case", state, amount_minor FROM refunds').fetchall()
    with closing(sqlite3.connect(folder / "store" / "provider.sqlite")) as provider:
        query = "SELECT key, minor FROM movements WHERE kind = 'refund' AND outcome = 'settled'"
        moved = provider.execute(query).fetchall()
    tally.decided, tally.moved = len(decided), len(moved)
    for key, kind, state, target in intents:
        if state == "pending":
            tally.wrong.append(f"lost: {kind} of {target} has no answer")
        if (state == "done") != (key in remembered and not answers[key].startswith('{"remembered"')):
            tally.wrong.append(f"{kind} of {target} is {state} at the desk, and the store says otherwise")
    wished = {target for _, kind, state, target in intents if kind == "decide_case" and state == "done"}
    if wished != decided:
        tally.wrong.append(f"decided are {decided}, and wished were {wished}")
    known = {key: minor for key, _, _, minor in refunds}
    if len({key for key, _ in moved}) != len(moved) or any(known.get(key) != minor for key, minor in moved):
        tally.wrong.append(f"the provider moved {moved} for {known}")
    if len({case for _, case, state, _ in refunds if state != "failed"}) != sum(row[2] != "failed" for row in refunds):
        tally.wrong.append("a case was refunded twice")
