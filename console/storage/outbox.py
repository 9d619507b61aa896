"""The outbox: what is to be done at the store, saved before it is sent, so that no crash loses or doubles it."""

from sqlalchemy import Row, insert, select, update

from console.domain.intent import Intent, IntentState
from console.storage.database import Database, intents


class Outbox:
    """All methods raise ``Unusable``; nothing is sent that could not be saved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, intent: Intent) -> Intent:
        """The intent, durable; an earlier one that asks for the same and has no answer yet comes back in its stead."""
        with self._database.transaction() as connection:
            same_target = intents.c.target == intent.target
            waiting = connection.execute(select(intents).where(intents.c.state == "pending", same_target))
            for row in waiting:
                earlier = _intent(row)
                if earlier.is_same(intent):
                    return earlier
            connection.execute(
                insert(intents).values(
                    key=intent.key,
                    kind=intent.kind,
                    store=intent.store,
                    user=intent.user,
                    target=intent.target,
                    body=intent.body,
                    version=intent.version,
                    made_us=intent.made_us,
                    state="pending",
                )
            )
        return intent

    def settle(self, key: str, state: IntentState, detail: str = "") -> None:
        """The store has answered."""
        with self._database.transaction() as connection:
            connection.execute(update(intents).where(intents.c.key == key).values(state=state, detail=detail))

    def pending(self, store: str, user: str) -> list[Intent]:
        """What was saved and has no answer, oldest first."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                select(intents)
                .where(intents.c.state == "pending", intents.c.store == store, intents.c.user == user)
                .order_by(intents.c.made_us, intents.c.key)
            )
            return [_intent(row) for row in rows]


def _intent(row: "Row[tuple[object, ...]]") -> Intent:
    kept = row._mapping
    return Intent(
        key=kept["key"],
        kind=kept["kind"],
        store=kept["store"],
        user=kept["user"],
        target=kept["target"],
        body=kept["body"],
        version=kept["version"],
        made_us=kept["made_us"],
    )
