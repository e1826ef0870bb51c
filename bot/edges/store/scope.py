"""Who may hear what: the audience rule, as conditions of SQL. Every search goes through here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_

from bot.edges.store.schema import memories, turns
from bot.mind.events import private_audience

_PERSON: BindParameter[str] = bindparam("person")
_AUDIENCE: BindParameter[str] = bindparam("audience")


@dataclass(frozen=True, slots=True)
class Scope:
    """One person's rows, as far as an audience may hear them.

    In the person's own private audience that is everything. Anywhere else, a private conversation of somebody else
    included, it is what was said in that very audience, and memories whose owner made them shareable. A statement with such a
    condition is executed with ``values``; without them it raises.
    """

    person: str
    audience: str

    @property
    def values(self) -> Mapping[str, str]:
        return {"person": self.person, "audience": self.audience}

    @property
    def private(self) -> bool:
        return self.audience == private_audience(self.person)

    def memories(self) -> ColumnElement[bool]:
        """Memories that hold and may be used."""
        return memories_heard(self.private)

    def turns(self) -> ColumnElement[bool]:
        """Turns by the person, not by the companion. A shareable memory does not make its turn shareable: the turn may
        say more than the memory."""
        return turns_heard(self.private)


@cache
def memories_heard(private: bool) -> ColumnElement[bool]:
    """See ``Scope.memories``; ``private`` for the person's own private audience."""
    own = and_(memories.c.person == _PERSON, memories.c.superseded_by == 0)
    return own if private else and_(own, or_(memories.c.audience == _AUDIENCE, memories.c.shareable))


@cache
def turns_heard(private: bool) -> ColumnElement[bool]:
    """See ``Scope.turns``."""
    own = and_(turns.c.person == _PERSON, ~turns.c.by_bot, ~turns.c.fleeting)
    return own if private else and_(own, turns.c.audience == _AUDIENCE)
