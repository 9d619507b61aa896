"""What causes are called in logs, and for desks that do not know their codes."""

from collections.abc import Iterable, Mapping, Sequence

from store_client.contract.cause import Cause, CauseCode
from store_client.contract.problem import FieldError
from store_server.refusal import Refusal

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
    "not_recorded": "nothing was recorded then, or it is gone",
    "too_much_film": "a case file holds no more than {mebibytes:g} MiB of clips",
    "camera_not_recorded": "nothing of {camera} was recorded in this span",
    "weights_not_whole": "weights are not whole: {reason}",
    "positions_not_whole": "positions are not whole: {reason}",
    "weights_not_kept": "weights of this span are not kept",
    "positions_not_kept": "positions of this span are not kept",
    "weights_kept_since": "weights of this span are kept from {since} on",
    "positions_kept_since": "positions of this span are kept from {since} on",
    "shopper_left": "this shopper has left: open a case on the receipt instead",
    "cart_holds": "the cart holds {held:g} of this product: no more can be taken back",
    "not_sold": "the store does not sell this product",
    "window_over": "the store takes disputes for {days:g} days, and this receipt is older",
    "case_living": "case {number} on this receipt is not decided yet: add to that one",
    "case_waits": "this case waits until somebody other than {proposer} approves",
    "case_decided": "this case is decided already",
    "nothing_proposed": "nothing of this case waits for an approval",
    "proposal_expired": "this proposal has expired: the case is open again",
    "own_proposal": "this is your own proposal: somebody else decides on it",
    "line_returned": "of line {line:g} only {left:g} more can go back: the rest was returned or never charged",
    "receipt_returned": "this is more than may still go back of this receipt",
    "refund_unasked": "there is nothing to ask the provider about this refund",
    "refund_still_asked": "the provider is still being asked about this refund: wait for its answer",
    "own_refund": "this refund is your own: somebody else says what became of it",
    "still_asked": "the provider is still being asked about it: wait for its answer",
    "own_debit": "you decided on this charge yourself: somebody else says what became of it",
    "nothing_recorded": "nothing of these cameras was recorded then",
    "no_room": "{mebibytes} MiB must be free on the store's disk",
    "exports_running": "{running:g} exports are being made: wait until one is done",
    "done_by": "by {who}",
    "within_limits": "within the limits of {who}",
    "over_receipt_limit": "above the limit of this receipt",
    "over_shopper_limit": "above the limit of this payment",
    "over_day_limit": "above the limit of the day",
    "refused_by": "refused by {who}: {note}",
    "undecided": "nobody decided on the proposal in time",
    "provider_has_it": "the provider has it",
    "provider_silent": "the provider does not answer: it is being asked what became of it",
    "provider_gone": "the provider does not answer any more: a person must ask it",
    "provider_never_got": "the provider never got it: it is sent again under the same key",
    "provider_not_seen": "the provider has not seen it so far: it is being asked again",
    "provider_forgot": "the provider no longer remembers: a person must ask it",
    "waited_too_long": "it waited for so long that it must not be sent again unasked",
    "learned": "{who} learned it from the provider, {reference}: {note}",
    "sent_again": "sent again under the same key, as {who} learned from the provider, {reference}: {note}",
    "never_paid": "the receipt was never paid: what is owed for it is lowered",
    "sent_back": "the shopper's bank sent it back",
    "declined": "declined by the bank",
    "nothing_to_charge": "no means of payment was shown",
    "over_captured": "more than was captured",
    "as_billed": "as billed",
}


def cause(code: CauseCode, **facts: float | str) -> Cause:
    return Cause(code, facts)


def said(why: Cause) -> str:
    """In English."""
    return TEXTS[why.code].format(**why.facts)


def all_said(causes: Iterable[Cause]) -> str:
    return ", ".join(said(one) for one in causes)


def refused(name: str, why: Cause, errors: Sequence[FieldError] = ()) -> Refusal:
    """``name``: see Refusal. The desk says why in the words of who reads it."""
    return Refusal(name, said(why), errors, why)
