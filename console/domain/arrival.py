"""On the way to a store: which one, and what is still to be settled before anybody can sign in."""

from dataclasses import dataclass
from typing import Literal

from console.domain.problem import Problem
from store_client.certificate import Certificate

Stage = Literal["starting", "choosing", "connecting", "doubting", "leaving", "there"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """``stage``: the embedded store (or the desk itself) is starting; somebody has to choose a store; it is being looked
    for; its ``certificate`` has to be looked at by a person; a store is being left; or it can be signed in to. ``url``: of
    a store that was named, "" for the embedded one. ``agreed``: the fingerprint that was agreed to before: the
    certificate is another now, or its time is over. ``problem``: why the last try failed."""

    stage: Stage = "starting"
    url: str = ""
    certificate: Certificate | None = None
    agreed: str = ""
    problem: Problem | None = None
