"""Why a case, or money on its way, went a step: what its history says beside the step itself."""

from dataclasses import dataclass

import msgspec

from store_client.contract.cause import Cause
from store_client.contract.decoding import from_json
from store_server.cause import all_said


@dataclass(frozen=True, slots=True)
class Why:
    """``detail``: a code of the step, the words of a person or a provider, or ``causes`` in English: what the store
    itself says has causes, which each desk words."""

    detail: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def kept(self) -> str:
        """``causes`` as storage has them."""
        return msgspec.json.encode(self.causes).decode()


NOTHING_SAID = Why()


def because(*causes: Cause) -> Why:
    return Why(all_said(causes), causes)


def kept_causes(text: str) -> list[Cause]:
    """What ``Why.kept`` had written; an entry of an earlier store has none."""
    return from_json(text, list[Cause])
