"""Why something is not as it should be: a code with its facts, which every desk says in the words of who reads it."""

from typing import Literal

import msgspec

CauseCode = Literal[
    # a camera gives no picture
    "wrong_password",
    "not_found",  # nothing at this address
    "refuses_pictures",  # status
    "nobody_listens",
    "no_answer",  # reason
    "silent",  # seconds
    "stream_ended",
    "no_file",
    "no_video",  # what it sends instead
    "other_form",  # its pictures changed theirs
    "decoder_ended",
    "wrong_address",  # address, without the password
    # a camera's pictures come, and something is wrong with them
    "no_pictures_among",  # count: parts that are none
    "other_rate",  # said_hz, hz
    "broken_pictures",  # count, seconds
    # messages of a device
    "lost",  # count
    "repeated",  # count
    "out_of_order",  # count
    "unreadable",  # count
    "other_version",  # count
    "impossible_time",  # count
    "behind",  # seconds
    # a plate
    "creeps",  # grams in a minute
    "noise",  # grams
    "never_changes",
    "no_reading",
    "unreported",  # by its gondola
    # evidence that could not be kept
    "nothing_told",
    "damaged",
    "not_seen",
    "nobody_saw",
    "pictures_gone",
    "plate_unread",  # seconds, of, plate
    "nobody_tracked",  # seconds, of
    "readings_gone",
    "positions_gone",
    "level_unknown",
    "no_planogram",
    "store_fault",  # what
    # what an export or a case file lacks
    "not_recorded",
    "too_much_film",  # mebibytes that it may hold
    "camera_not_recorded",  # camera
    "weights_not_whole",  # reason
    "positions_not_whole",  # reason
    "weights_not_kept",
    "positions_not_kept",
    "weights_kept_since",  # since: by the store's clock on the wall
    "positions_kept_since",  # since
    # why a request is refused
    "shopper_left",
    "cart_holds",  # held
    "not_sold",
    "window_over",  # days
    "case_living",  # number, as text
    "case_waits",  # proposer
    "case_decided",
    "nothing_proposed",
    "proposal_expired",
    "own_proposal",
    "line_returned",  # line, left
    "receipt_returned",
    "refund_unasked",
    "refund_still_asked",
    "own_refund",
    "still_asked",  # the provider, about a payment or a debit
    "own_debit",
    "nothing_recorded",
    "no_room",  # mebibytes, as text
    "exports_running",  # running
    # how money goes on its way, and a case with it
    "done_by",  # who
    "within_limits",  # who
    "over_receipt_limit",
    "over_shopper_limit",
    "over_day_limit",
    "refused_by",  # who, note
    "undecided",  # the proposal, in time
    "provider_has_it",
    "provider_silent",
    "provider_gone",  # silent for longer than it would remember
    "provider_never_got",
    "provider_not_seen",  # so far
    "provider_forgot",
    "waited_too_long",  # to be sent again unasked
    "learned",  # who, reference, note
    "sent_again",  # who, reference, note
    "never_paid",
    "sent_back",  # by the shopper's bank
    "declined",  # by the shopper's bank
    "nothing_to_charge",  # no means of payment was shown
    "over_captured",
    "as_billed",  # the sensors say
]


class Cause(msgspec.Struct, frozen=True):
    """``code``: a CauseCode, or one of a later store; ``facts``: its numbers and names (numbers are written with three
    digits: what is longer comes as text). What a desk does not know is shown by the sentence that stands beside it."""

    code: str
    facts: dict[str, float | str] = {}
