"""Why a device is not as it should be, something is lacking or a request is refused, in the words of who reads it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from store_client.contract.case_file import LackingClip
from store_client.contract.cause import Cause
from store_client.contract.evidence import Lacking
from store_client.contract.live import Device


def tr(text: str) -> str:
    return QCoreApplication.translate("causes", text)


def device_words(device: Device) -> str:
    """Empty while all is well."""
    return causes_words(device.causes, device.detail)


def lacking_words(lacking: Lacking | LackingClip) -> str:
    return why_words(lacking.cause, lacking.detail)


def why_words(cause: Cause | None, detail: str) -> str:
    """See ``causes_words``."""
    return causes_words([] if cause is None else [cause], detail)


def causes_words(causes: Sequence[Cause], detail: str, between: str = ", ") -> str:
    """``detail``, as the store wrote it, where this desk does not know a code or its facts."""
    try:
        return between.join(cause_words(cause) for cause in causes) or detail
    except (KeyError, TypeError, ValueError):
        return detail


def cause_words(cause: Cause) -> str:
    """Raises KeyError for a code or a fact that this desk does not know."""
    words = _plain().get(cause.code)
    return (_counted(cause) if words is None else words).format(**_facts(cause))


def _facts(cause: Cause) -> dict[str, str]:
    """Numbers as they are written here."""
    locale = QLocale()
    return {
        name: fact if isinstance(fact, str) else locale.toString(float(fact), "g", 3)
        for name, fact in cause.facts.items()
    }


def _plain() -> dict[str, str]:
    return {
        "wrong_password": tr("does not accept the name or the password"),
        "not_found": tr("has nothing at this address"),
        "refuses_pictures": tr("refuses to send pictures: {status}"),
        "nobody_listens": tr("does not answer: nobody listens there"),
        "no_answer": tr("does not answer"),
        "silent": tr("sent nothing for {seconds} s"),
        "stream_ended": tr("the stream ended"),
        "no_file": tr("cannot be opened: there is no such file, or it may not be read"),
        "no_video": tr("sends what is no picture"),
        "other_form": tr("its pictures have changed their form"),
        "decoder_ended": tr("its decoder ended"),
        "wrong_address": tr("the address is none of a camera: {address}"),
        "other_rate": tr("says {said_hz} pictures a second and sends {hz}"),
        "behind": tr("{seconds} s behind"),
        "creeps": tr("{grams} g in a minute"),
        "noise": tr("σ {grams} g"),
        "never_changes": tr("never changes"),
        "no_reading": tr("no reading"),
        "unreported": tr("its gondola says nothing of it"),
        "nothing_told": tr("the sensors told nothing that this trip took or put back"),
        "damaged": tr("what was kept cannot be read"),
        "not_seen": tr("no pictures were kept: the store did not run then, or they were too old"),
        "nobody_saw": tr("no camera that may have seen the place had a picture of that moment"),
        "pictures_gone": tr("the pictures were too old and are gone"),
        "plate_unread": tr("{seconds} of {of} s of plate {plate} were not read"),
        "nobody_tracked": tr("{seconds} of {of} s without anybody's position"),
        "readings_gone": tr("no readings were kept: they did not come in time, or were too old"),
        "positions_gone": tr("no positions were kept: they did not come in time, or were too old"),
        "level_unknown": tr("the level before the step was not known"),
        "no_planogram": tr("no planogram held at that moment"),
        "store_fault": tr("a fault of the store: {what}"),
        "not_recorded": tr("nothing was recorded then, or it is gone"),
        "too_much_film": tr("a case file holds no more than {mebibytes} MiB of clips"),
        "camera_not_recorded": tr("nothing of {camera} was recorded in this span"),
        "weights_not_whole": tr("weights are not whole: they could not be read to the end"),
        "positions_not_whole": tr("positions are not whole: they could not be read to the end"),
        "weights_not_kept": tr("weights of this span are not kept"),
        "positions_not_kept": tr("positions of this span are not kept"),
        "weights_kept_since": tr("weights of this span are kept from {since} on"),
        "positions_kept_since": tr("positions of this span are kept from {since} on"),
        "shopper_left": tr("this shopper has left: open a case on the receipt instead"),
        "cart_holds": tr("the cart holds {held} of this product: no more can be taken back"),
        "not_sold": tr("the store does not sell this product"),
        "window_over": tr("the store takes disputes for {days} days, and this receipt is older"),
        "case_living": tr("case {number} on this receipt is not decided yet: add to that one"),
        "case_waits": tr("this case waits until somebody other than {proposer} approves"),
        "case_decided": tr("this case is decided already"),
        "nothing_proposed": tr("nothing of this case waits for an approval"),
        "proposal_expired": tr("this proposal has expired: the case is open again"),
        "own_proposal": tr("this is your own proposal: somebody else decides on it"),
        "line_returned": tr("of line {line} only {left} more can go back: the rest was returned or never charged"),
        "receipt_returned": tr("this is more than may still go back of this receipt"),
        "refund_unasked": tr("there is nothing to ask the provider about this refund"),
        "refund_still_asked": tr("the provider is still being asked about this refund: wait for its answer"),
        "own_refund": tr("this refund is your own: somebody else says what became of it"),
        "still_asked": tr("the provider is still being asked about it: wait for its answer"),
        "own_debit": tr("you decided on this charge yourself: somebody else says what became of it"),
        "nothing_recorded": tr("nothing of these cameras was recorded then"),
        "no_room": tr("{mebibytes} MiB must be free on the store's disk"),
        "exports_running": tr("{running} exports are being made: wait until one is done"),
        "done_by": tr("by {who}"),
        "within_limits": tr("within the limits of {who}"),
        "over_receipt_limit": tr("above the limit of this receipt"),
        "over_shopper_limit": tr("above the limit of this payment"),
        "over_day_limit": tr("above the limit of the day"),
        "refused_by": tr("refused by {who}: {note}"),
        "undecided": tr("nobody decided on the proposal in time"),
        "provider_has_it": tr("the provider has it"),
        "provider_silent": tr("the provider does not answer: it is being asked what became of it"),
        "provider_gone": tr("the provider does not answer any more: a person must ask it"),
        "provider_never_got": tr("the provider never got it: it is sent again under the same key"),
        "provider_not_seen": tr("the provider has not seen it so far: it is being asked again"),
        "provider_forgot": tr("the provider no longer remembers: a person must ask it"),
        "waited_too_long": tr("it waited for so long that it must not be sent again unasked"),
        "learned": tr("{who} learned it from the provider, {reference}: {note}"),
        "sent_again": tr("sent again under the same key, as {who} learned from the provider, {reference}: {note}"),
        "never_paid": tr("the receipt was never paid: what is owed for it is lowered"),
        "sent_back": tr("the shopper's bank sent it back"),
        "declined": tr("declined by the bank"),
        "nothing_to_charge": tr("no means of payment was shown"),
        "over_captured": tr("more than was captured"),
        "as_billed": tr("as billed"),
    }


def _counted(cause: Cause) -> str:
    count = int(cause.facts["count"])
    translate = QCoreApplication.translate
    words = {
        "no_pictures_among": translate("causes", "%n part(s) that are no pictures", None, count),
        "broken_pictures": translate("causes", "%n picture(s) of the last {seconds} s came broken", None, count),
        "lost": translate("causes", "%n message(s) lost", None, count),
        "repeated": translate("causes", "%n message(s) repeated", None, count),
        "out_of_order": translate("causes", "%n message(s) out of order", None, count),
        "unreadable": translate("causes", "%n message(s) unreadable", None, count),
        "other_version": translate("causes", "%n message(s) of another version", None, count),
        "impossible_time": translate("causes", "%n message(s) with an impossible time", None, count),
    }
    return words[cause.code]
