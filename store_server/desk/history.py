"""What was done to a case: entries are added, never changed, and told to the audit log."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store_client.contract.case import CaseStep
from store_server.desk.why import NOTHING_SAID, Why
from store_server.storage.audit import tell
from store_server.storage.cases import CaseHistoryRow, CaseRow


def note(
    session: Session,
    case: str,
    at_us: int,
    by: str,
    what: CaseStep,
    why: Why = NOTHING_SAID,
    audited: Mapping[str, object] | None = None,
) -> None:
    """``audited``: facts for the audit log alone."""
    session.execute(select(CaseRow.id).where(CaseRow.id == case).with_for_update(key_share=True))  # one at a time
    last = session.scalar(select(func.max(CaseHistoryRow.position)).where(CaseHistoryRow.case == case))
    position = 1 if last is None else last + 1
    row = CaseHistoryRow(
        case=case, position=position, at_us=at_us, by=by, what=what, detail=why.detail, causes=why.kept
    )
    session.add(row)
    session.flush()
    tell(session, by, what.replace(" ", "_"), f"case:{case}", {**said_of(why), **(audited or {})})


def said_of(why: Why) -> dict[str, object]:
    """What the audit log is told of it."""
    said: dict[str, object] = {"detail": why.detail} if why.detail else {}
    return said | ({"causes": msgspec.to_builtins(why.causes)} if why.causes else {})
