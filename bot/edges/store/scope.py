"""Who may hear what: the audience rule, as conditions of SQL. Every search goes through here."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_

from bot.edges.store.schema import memories, turns
from bot.mind.events import private_audience


@dataclass(frozen=True, slots=True)
class Scope:
    """One person's rows, as far as an audience may hear them.

    In the person's own private audience that is everything. Anywhere else, a private conversation of somebody else
    included, it is what was said in that very audience, and memories whose owner made them shareable.
    """

    person: str
    audience: str

    def memories(self) -> ColumnElement[bool]:
        """Memories that hold and may be used."""
        own = and_(memories.c.person == self.person, memories.c.superseded_by == 0)
        if self._is_private():
            return own
        return and_(own, or_(memories.c.audience == self.audience, memories.c.shareable))

    def turns(self) -> ColumnElement[bool]:
        """Turns by the person, not by the companion. A shareable memory does not make its turn shareable: the turn may
        say more than the memory."""
        own = and_(turns.c.person == self.person, ~turns.c.by_bot, ~turns.c.fleeting)
        return own if self._is_private() else and_(own, turns.c.audience == self.audience)

    def _is_private(self) -> bool:
        return self.audience == private_audience(self.person)
