"""What causes are called in logs, and for desks that do not know their codes."""

from collections.abc import Iterable, Mapping

from store_client.contract.cause import Cause, CauseCode

TEXTS: Mapping[str, str] = {
    "wrong_password": "does not accept the name or the password",
    "not_found": "has nothing at this address",
    "refuses_pictures": "refuses to send pictures: {status}",
    "nobody_listens": "does not answer: nobody listens there",
    "no_answer": "does not answer: {reason}",
    "silent": "sent nothing for {seconds:g} s",
    "stream_ended": "the stream ended",
    "no_file": "cannot be opened: there is no such file, or it may not be read",
    "no_video": "sends no pictures: {what}",
    "other_form": "its pictures have changed their form",
    "decoder_ended": "its decoder ended",
    "wrong_address": "not an address of HTTP: {address}",
    "no_pictures_among": "parts that are no pictures: {count:g}",
    "other_rate": "says {said_hz:g} pictures a second and sends {hz:.3g}",
    "broken_pictures": "of the last {seconds:g} s came broken: {count:g}",
    "lost": "{count:g} lost",
    "repeated": "{count:g} repeated",
    "out_of_order": "{count:g} out of order",
    "unreadable": "{count:g} unreadable",
    "other_version": "{count:g} of another version",
    "impossible_time": "{count:g} with an impossible time",
    "behind": "{seconds:.1f} s behind",
    "creeps": "{grams:+.0f} g in a minute",
    "noise": "σ {grams:.1f} g",
    "never_changes": "never changes",
    "no_reading": "no reading",
    "unreported": "its gondola says nothing of it",
    "nothing_told": "the sensors told nothing that this trip took or put back",
    "damaged": "what was kept cannot be read",
    "not_seen": "no pictures were kept: the store did not run then, or they were too old",
    "nobody_saw": "no camera that may have seen the place had a picture of that moment",
    "pictures_gone": "the pictures were too old and are gone",
    "plate_unread": "{seconds:.1f} of {of:g} s of plate {plate} were not read",
    "nobody_tracked": "{seconds:.1f} of {of:g} s without anybody's position",
    "readings_gone": "no readings were kept: they did not come in time, or were too old",
    "positions_gone": "no positions were kept: they did not come in time, or were too old",
    "level_unknown": "the level before the step was not known",
    "no_planogram": "no planogram held at that moment",
    "store_fault": "a fault of the store: {what}",
}


def cause(code: CauseCode, **facts: float | str) -> Cause:
    return Cause(code, facts)


def said(why: Cause) -> str:
    """In English."""
    return TEXTS[why.code].format(**why.facts)


def all_said(causes: Iterable[Cause]) -> str:
    return ", ".join(said(one) for one in causes)
