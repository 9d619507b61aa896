"""What was done to a case: entries are added, never changed, and told to the audit log."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store_server.storage.audit import tell
from store_server.storage.cases import CaseHistoryRow, CaseRow


def note(
    session: Session,
    case: str,
    at_us: int,
    by: str,
    what: str,
    detail: str = "",
    audited: Mapping[str, object] | None = None,
) -> None:
    """``what``: opened, claimed, released, decided, refund settled …; ``audited``: facts for the audit log alone."""
    session.execute(select(CaseRow.id).where(CaseRow.id == case).with_for_update(key_share=True))  # one at a time
    last = session.scalar(select(func.max(CaseHistoryRow.position)).where(CaseHistoryRow.case == case))
    position = 1 if last is None else last + 1
    session.add(CaseHistoryRow(case=case, position=position, at_us=at_us, by=by, what=what, detail=detail))
    session.flush()
    said = {"detail": detail} if detail else {}
    tell(session, by, what.replace(" ", "_"), f"case:{case}", {**said, **(audited or {})})
