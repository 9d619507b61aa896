"""Every role, at every action, on a case in every state, own and another's, for every amount: over HTTP, as the
contract's table says."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import requests
from argon2 import PasswordHasher

from store_client.contract.money import Money
from store_client.contract.session import Role
from store_server.desk.users import Users
from tests.http import site
from tests.http.conftest import Desk, Shop, open_shop
from tests.http.site import NOON, SITE, TEA

LIMIT = 5_000
"""Of an agent alone and by the store's policy, so also a supervisor's."""
ROLES: tuple[Role, ...] = ("staff", "reviewer", "agent", "supervisor", "admin", "auditor")

# "no": the role may not. "own": nobody decides on their own. "lease": another holds it, or nobody does.
# "state": its state does not allow it. What is not "ok" leaves the case as it was.
TABLE = """
    case                action    staff  reviewer  agent  supervisor  admin  auditor
    open                read      no     no        ok     ok          no     no
    open                signals   no     no        ok     ok          no     no
    open                claim     no     no        ok     ok          no     no
    open                renew     no     no        lease  lease       no     no
    open                release   no     no        lease  lease       no     no
    open                preview   no     no        ok     ok          no     no
    open                decide    no     no        lease  lease       no     no
    open                approve   no     no        no     state       no     no
    open                refuse    no     no        no     state       no     no
    claimed by me       read      -      -         ok     ok          -      -
    claimed by me       claim     -      -         ok     ok          -      -
    claimed by me       renew     -      -         ok     ok          -      -
    claimed by me       release   -      -         ok     ok          -      -
    claimed by me       preview   -      -         ok     ok          -      -
    claimed by me       decide    -      -         ok     ok          -      -
    claimed by me       approve   -      -         no     state       -      -
    claimed by me       refuse    -      -         no     state       -      -
    claimed by another  read      no     no        ok     ok          no     no
    claimed by another  claim     no     no        lease  lease       no     no
    claimed by another  renew     no     no        lease  lease       no     no
    claimed by another  release   no     no        lease  lease       no     no
    claimed by another  preview   no     no        ok     ok          no     no
    claimed by another  decide    no     no        lease  lease       no     no
    claimed by another  approve   no     no        no     state       no     no
    claimed by another  refuse    no     no        no     state       no     no
    proposed by me      read      -      -         ok     ok          -      -
    proposed by me      claim     -      -         state  state       -      -
    proposed by me      renew     -      -         lease  lease       -      -
    proposed by me      release   -      -         lease  lease       -      -
    proposed by me      decide    -      -         state  state       -      -
    proposed by me      approve   -      -         no     own         -      -
    proposed by me      refuse    -      -         no     own         -      -
    proposed by another read      no     no        ok     ok          no     no
    proposed by another claim     no     no        state  state       no     no
    proposed by another renew     no     no        lease  lease       no     no
    proposed by another release   no     no        lease  lease       no     no
    proposed by another decide    no     no        state  state       no     no
    proposed by another approve   no     no        no     ok          no     no
    proposed by another refuse    no     no        no     ok          no     no
    decided by me       read      -      -         ok     ok          -      -
    decided by me       claim     -      -         state  state       -      -
    decided by me       decide    -      -         state  state       -      -
    decided by me       approve   -      -         no     state       -      -
    decided by another  read      no     no        ok     ok          no     no
    decided by another  claim     no     no        state  state       no     no
    decided by another  release   no     no        lease  lease       no     no
    decided by another  decide    no     no        state  state       no     no
    decided by another  approve   no     no        no     state       no     no
    decided by another  refuse    no     no        no     state       no     no
"""
REFUSALS = {
    "no": (403, "not-permitted"),
    "own": (403, "not-permitted"),
    "lease": (409, "lease-lost"),
    "state": (409, "conflict"),
}


def rows() -> Iterator[tuple[str, str, Role, str]]:
    """Case, action, role and what comes of it."""
    for line in TABLE.strip().splitlines()[1:]:
        *words, action, staff, reviewer, agent, supervisor, admin, auditor = line.split()
        for role, outcome in zip(ROLES, (staff, reviewer, agent, supervisor, admin, auditor), strict=True):
            if outcome != "-":
                yield " ".join(words), action, role, outcome


def fresh_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


@dataclass
class Floor:
    """A shop with two agents and two supervisors, all with a fresh password; every case has a shopper of its own."""

    shop: Shop
    desks: dict[str, Desk]
    trips: int = 0
    untouched: dict[tuple[str, str], str] = field(default_factory=dict)

    def limit_days(self, minor: int) -> None:
        """What each agent may give back in a day, from now on."""
        policies = msgspec.structs.replace(SITE.store.policies, agent_day_limit=Money(minor, "EUR"))
        store = msgspec.structs.replace(SITE.store, policies=policies)
        self.shop.services.stores.install(msgspec.structs.replace(SITE, store=store))

    def receipt(self, token: str = "") -> str:
        """Of eight teas: 10,392."""
        self.trips += 1
        at_us = NOON + self.trips * 1_000_000
        trip = site.enter(self.shop.checkout, at_us, token or f"tok-{self.trips}")
        site.take(self.shop.checkout, trip, TEA, 8, at_us + 100_000)
        site.leave(self.shop.checkout, trip, at_us + 200_000)
        receipt: str = self.desks["agent"].get(f"/v1/trips/{trip}").json()["trip"]["receipt"]
        return receipt

    def open(self, receipt: str) -> str:
        body = {"receipt": receipt, "lines": [{"line": 1, "claimed_quantity": 0}]}
        case: str = self.desks["other"].post("/v1/cases", json=body, headers=fresh_key()).json()["id"]
        return case

    def case(self, situation: str, me: str) -> str:
        """A new case in the situation that the table names."""
        case = self.open(self.receipt())
        state, _, whose = situation.partition(" by ")
        owner = me if whose == "me" else "other"
        if state != "open":
            assert self.act("claim", case, owner).status_code == 200
        if state in ("proposed", "decided"):
            answer = self.act("decide", case, owner, LIMIT + 1 if state == "proposed" else 1)
            assert answer.json()["state"] == ("awaiting_approval" if state == "proposed" else "decided"), answer.text
        return case

    def act(self, action: str, case: str, who: str, goodwill: int = 1) -> requests.Response:
        """``who`` does it as well as they can: with the version and the lease that the case has now."""
        desk, path = self.desks[who], f"/v1/cases/{case}"
        seen = self.desks["other"].get(path)
        headers = fresh_key() | {"If-Match": seen.headers["ETag"]}
        lease = (seen.json()["lease"] or {}).get("token", 1)
        decision = {"lease": lease, "reason": "other", "lines": [], "goodwill": goodwill}
        match action:
            case "read":
                return desk.get(path)
            case "signals":
                return desk.get(f"{path}/signals")
            case "claim":
                return desk.post(f"{path}/claim", headers=headers)
            case "renew":
                return desk.ask("PUT", f"{path}/lease", json={"token": lease})
            case "release":
                return desk.ask("DELETE", f"{path}/lease", json={"token": lease})
            case "preview":
                return desk.post(f"{path}/preview", json={"goodwill": goodwill})
            case "decide":
                return desk.post(f"{path}/decision", json=decision, headers=headers)
        approval = {"approve": action == "approve", "note": "seen"}
        return desk.post(f"{path}/approval", json=approval, headers=headers)

    def state(self, case: str) -> dict[str, Any]:
        told: dict[str, Any] = self.desks["other"].get(f"/v1/cases/{case}").json()
        return told


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with open_shop(tmp_path_factory.mktemp("floor")) as shop:
        quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        others: dict[str, Role] = {"other": "agent", "judge": "supervisor", "third": "agent"}
        for name, role in others.items():
            Users(shop.database, "EUR", shop.clock.now_us, quick).put(name, role, "secret")
        desks: dict[str, Desk] = {role: shop.sign_in(role) for role in ROLES}
        for name in others:
            body = {"user": name, "password": "secret"}
            desks[name] = Desk(shop.url, requests.post(f"{shop.url}/v1/session", json=body, timeout=30).json())
        made = Floor(shop, desks)
        made.limit_days(10_000_000)
        secrets = {str(role): password for role, password in shop.passwords.items()}
        for name, desk in desks.items():
            password = secrets.get(name, "secret")
            desk.session = desk.post("/v1/session/step-up", json={"password": password}).json()
        yield made


def test_each_role_does_what_the_table_says(floor: Floor) -> None:
    wrong = []
    for situation, action, role, outcome in rows():
        key = (situation, role if situation.endswith("me") else "")
        case = floor.untouched.pop(key, None) or floor.case(situation, role)
        before = floor.state(case)
        answer = floor.act(action, case, role)
        expected = (200, "") if outcome == "ok" else REFUSALS[outcome]
        told = answer.json().get("type", "").rpartition(":")[2] if answer.status_code >= 400 else ""
        if (answer.status_code, told) != expected:
            wrong.append(f"{situation}: {role} may {action}: {outcome}, but: {answer.status_code} {told}")
        if outcome != "ok" or action in ("read", "signals", "preview"):
            assert floor.state(case) == before
            floor.untouched[key] = case
    assert wrong == []


@pytest.mark.parametrize("who", ["agent", "supervisor"])
@pytest.mark.parametrize(
    ("before", "amount", "state"),
    [
        (0, LIMIT - 1, "decided"),
        (0, LIMIT, "decided"),
        (0, LIMIT + 1, "awaiting_approval"),
        (LIMIT - 1, 1, "decided"),
        (LIMIT - 1, 2, "awaiting_approval"),
    ],
)
@pytest.mark.parametrize("earlier", ["same receipt", "same shopper", "another agent"])
def test_amounts_add_up_to_the_limit(
    floor: Floor, who: str, before: int, amount: int, state: str, earlier: str
) -> None:
    token = str(uuid.uuid4())
    receipt = floor.receipt(token)
    if before:
        first = floor.open(receipt)
        giver = "third" if earlier == "another agent" else who
        floor.act("claim", first, giver)
        assert floor.act("decide", first, giver, before).json()["state"] == "decided"
    case = floor.open(floor.receipt(token) if earlier == "same shopper" else receipt)
    floor.act("claim", case, who)
    effect = floor.act("preview", case, who, amount).json()
    assert effect["needs_approval"] == (state == "awaiting_approval")
    decided = floor.act("decide", case, who, amount)
    assert (decided.status_code, decided.json()["state"]) == (200, state)
    body = decided.json()
    decision = body["decision"] if state == "decided" else body["proposal"]["decision"]
    told = floor.desks["auditor"].get(f"/v1/refunds/{decision['refund']}").json()
    assert told["state"] == ("approved" if state == "decided" else "awaiting_approval")


@pytest.mark.parametrize("who", ["agent", "supervisor"])
@pytest.mark.parametrize(
    ("amount", "state"), [(LIMIT - 1, "decided"), (LIMIT, "decided"), (LIMIT + 1, "awaiting_approval")]
)
def test_amounts_add_up_over_an_agents_day(floor: Floor, who: str, amount: int, state: str) -> None:
    case, last = (floor.case("claimed by me", who) for _ in range(2))
    limits = floor.act("preview", case, who, 0).json()["limits"]
    (so_far,) = (use["used"]["minor"] for use in limits if use["scope"] == "agent_day")
    floor.limit_days(so_far + LIMIT)
    try:
        assert floor.act("decide", case, who, amount - 1).json()["state"] == "decided"
        assert floor.act("decide", last, who, 1).json()["state"] == state
    finally:
        floor.limit_days(10_000_000)


def test_approving_needs_a_fresh_password_and_a_refusal_a_reason(floor: Floor) -> None:
    case = floor.case("proposed by another", "judge")
    tired = floor.shop.sign_in("supervisor")
    path, seen = f"/v1/cases/{case}/approval", floor.desks["judge"].get(f"/v1/cases/{case}")
    headers = fresh_key() | {"If-Match": seen.headers["ETag"]}
    answer = tired.post(path, json={"approve": True}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:floorwalker:problem:step-up-needed")
    tired.session = tired.post("/v1/session/step-up", json={"password": floor.shop.passwords["supervisor"]}).json()
    silent = tired.post(path, json={"approve": False}, headers=fresh_key() | {"If-Match": seen.headers["ETag"]})
    assert silent.status_code == 400
    assert silent.json()["errors"][0]["field"] == "note"
    floor.shop.clock.ahead_us += 6 * 60_000_000  # the proof is five minutes old
    try:
        assert tired.post(path, json={"approve": True}, headers=headers).status_code == 403
    finally:
        floor.shop.clock.ahead_us = 0
    approved = tired.post(
        path, json={"approve": True}, headers=headers
    )  # what was refused may come again, with its key
    assert (approved.status_code, approved.json()["state"]) == (200, "decided")
    assert tired.post(path, json={"approve": True}, headers=headers).json() == approved.json()


def test_an_app_opens_a_case_for_its_shopper(floor: Floor) -> None:
    floor.shop.services.apps.put("pocket", "key of pocket")
    app = Desk(floor.shop.url, {"token": "key of pocket"})
    receipt = floor.receipt()
    trip = floor.desks["agent"].get(f"/v1/receipts/{receipt}").json()["trip"]
    body = {"receipt": receipt, "code": f"code-{trip}", "lines": [{"line": 1, "claimed_quantity": 7}]}
    opened = app.post("/v1/shopper/cases", json=body, headers=fresh_key())
    assert opened.status_code == 201, opened.text
    assert app.get(opened.headers["Location"]).json() == opened.json()
    assert floor.state(opened.json()["id"])["channel"] == "shopper"
    wrong = app.post("/v1/shopper/cases", json=body | {"code": "guessed"}, headers=fresh_key())
    assert wrong.status_code == 404
    too_long = app.post("/v1/shopper/cases", json=body | {"message": "x" * 2_001}, headers=fresh_key())
    assert too_long.json()["errors"][0]["field"] == "message"
    for path in (f"/v1/cases/{opened.json()['id']}", "/v1/stores", f"/v1/receipts/{receipt}"):
        assert app.get(path).status_code == 401  # a key is no session
    assert floor.desks["supervisor"].get(opened.headers["Location"]).status_code == 401
