"""What somebody is about to decide on a case."""

from dataclasses import dataclass

from store_client.contract.case import AddedLine, DecidedLine, DecisionReason


@dataclass(frozen=True, slots=True)
class Draft:
    """Kept on disk while it is edited, so that a crash loses no work. ``lease``: the token under which it was made;
    another's claim in between shows by it. ``is_agreed``: the shopper agreed to be charged for what was missed.
    ``letter``: the one that was chosen, "" for whichever fits the decision, "own" for words of one's own: only those are
    kept as the ``message``, for all others are written anew when the decision is another."""

    case: str
    lines: tuple[DecidedLine, ...] = ()
    added: tuple[AddedLine, ...] = ()
    goodwill: int = 0
    reason: DecisionReason = "not_taken"
    message: str = ""
    is_agreed: bool = False
    lease: int = 0
    letter: str = ""
