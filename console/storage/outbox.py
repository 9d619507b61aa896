"""The outbox: what is to be done at the store, saved before it is sent, so that no crash loses or doubles it."""

from sqlalchemy import Row, insert, select, update

from console.domain.intent import HELD, Intent, IntentState, Kept
from console.storage.database import Database, intents


class Outbox:
    """All methods raise ``Unusable``; nothing is sent that could not be saved."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, intent: Intent, label: str = "") -> Intent:
        """The intent, durable; an earlier one that asks for the same and has no answer yet comes back in its stead.
        One that was saved before is as it is. ``label``: see Kept."""
        with self._database.transaction() as connection:
            if connection.execute(select(intents.c.key).where(intents.c.key == intent.key)).first() is not None:
                return intent
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
                    label=label,
                )
            )
        return intent

    def sends(self, key: str) -> bool:
        """It goes out now: from here on nobody knows what became of it until the store has answered. False if it was
        answered, or taken back, meanwhile: then it does not go out."""
        waits = (intents.c.key == key) & (intents.c.state == "pending")
        with self._database.transaction() as connection:
            return connection.execute(update(intents).where(waits).values(tries=intents.c.tries + 1)).rowcount > 0

    def misses(self, key: str, detail: str, *, is_undone: bool = False) -> None:
        """No answer yet, and why; ``is_undone``: this try surely did nothing."""
        tries = intents.c.tries - 1 if is_undone else intents.c.tries
        with self._database.transaction() as connection:
            connection.execute(update(intents).where(intents.c.key == key).values(detail=detail, tries=tries))

    def settle(self, key: str, state: IntentState, detail: str = "") -> None:
        """The store has answered."""
        with self._database.transaction() as connection:
            connection.execute(update(intents).where(intents.c.key == key).values(state=state, detail=detail))

    def withdraw(self, key: str) -> bool:
        """Takes back what was never sent; takes note of what was refused. False for anything else."""
        unsent = (intents.c.state == "pending") & (intents.c.tries == 0)
        mine = (intents.c.key == key) & (unsent | (intents.c.state == "refused"))
        with self._database.transaction() as connection:
            return connection.execute(update(intents).where(mine).values(state="withdrawn")).rowcount > 0

    def withdraw_new(self, key: str) -> None:
        """As if it had never been asked for: nobody has tried to send it yet."""
        is_new = (intents.c.state == "pending") & (intents.c.tries == 0) & (intents.c.detail == "")
        with self._database.transaction() as connection:
            connection.execute(update(intents).where(intents.c.key == key, is_new).values(state="withdrawn"))

    def pending(self, store: str, user: str) -> list[Intent]:
        """What was saved and has no answer, oldest first."""
        return [kept.intent for kept in self.kept(store, user) if kept.state == "pending"]

    def kept(self, store: str, user: str) -> list[Kept]:
        """What has no answer, and what was refused and nobody has taken note of; oldest first."""
        refused = (intents.c.state == "refused") & intents.c.kind.in_(HELD)
        mine = (intents.c.store == store) & (intents.c.user == user)
        with self._database.transaction() as connection:
            rows = connection.execute(
                select(intents)
                .where(mine, (intents.c.state == "pending") | refused)
                .order_by(intents.c.made_us, intents.c.key)
            )
            return [_kept(row) for row in rows]


def _kept(row: "Row[tuple[object, ...]]") -> Kept:
    kept = row._mapping
    return Kept(_intent(row), kept["state"], kept["tries"], kept["detail"], kept["label"])


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
