"""What stores wrote before they gave causes: their sentences stand in histories and audit logs, which never change.

This is the one place that takes a sentence apart, and nothing is added to it: what a store says now has its causes.
"""

import re
from collections.abc import Mapping
from typing import Any

from store_client.contract.cause import Cause, CauseCode

_SENTENCES: Mapping[str, CauseCode] = {
    "nobody decided on the proposal in time": "undecided",
    "expired by store: nobody decided on the proposal in time": "undecided",
    "the provider has it": "provider_has_it",
    "the provider does not answer: it is being asked what became of it": "provider_silent",
    "the provider does not answer any more: a person must ask it": "provider_gone",
    "the provider never got it: it is sent again under the same key": "provider_never_got",
    "the provider has not seen it so far: it is being asked again": "provider_not_seen",
    "the provider no longer remembers: a person must ask it": "provider_forgot",
    "it waited for so long that it must not be sent again unasked": "waited_too_long",
    "the receipt was never paid: what is owed for it is lowered": "never_paid",
    "the shopper's bank sent it back": "sent_back",
    "declined by the bank": "declined",
    "no means of payment was shown": "nothing_to_charge",
    "more than was captured": "over_captured",
    "as billed": "as_billed",
}
_FORMS: Mapping[CauseCode, str] = {
    "within_limits": r"within the limits? of (?P<who>.+)",
    "done_by": r"by (?P<who>.+)",
    "refused_by": r"refused by (?P<who>.+?): (?P<note>.+)",
    "learned": r"(?P<who>.+?) learned it from the provider \((?P<reference>.*?)\): (?P<note>.+)",
}
_LIMITS: Mapping[str, CauseCode] = {
    "receipt": "over_receipt_limit",
    "shopper": "over_shopper_limit",
    "agent_day": "over_day_limit",
}


def former_causes(sentence: str) -> list[Cause]:
    """None where it is the words of a person or a provider, or of a store that this desk does not know."""
    if sentence in _SENTENCES:
        return [Cause(_SENTENCES[sentence])]
    if (found := re.fullmatch(r"above a limit \((.+)\): another decides", sentence)) is not None:
        passed = found[1].split(", ")
        return [Cause(_LIMITS[limit]) for limit in passed] if set(passed) <= set(_LIMITS) else []
    for code, form in _FORMS.items():
        if (found := re.fullmatch(form, sentence, re.DOTALL)) is not None:
            facts: dict[str, Any] = found.groupdict()
            return [Cause(code, facts)]
    return []
