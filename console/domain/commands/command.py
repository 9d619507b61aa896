"""What all commands are."""


class Command:
    """Frozen, emitted on ``Desk.commands``, handled elsewhere (``App``). It says what is wanted, never how. Its outcome is
    seen in the state; its failure becomes one Problem."""

    __slots__ = ()
