"""Which channel may hear of a memory, unasked: the audience rule for what the companion writes first, as SQL.

A memory belongs to the channel of a server when its owner chose so for that server, and every word that it rests on was said in
messages in that one channel. One that they put right by hand (in a reply that nobody else saw), a tender one, or one with a source elsewhere does not.
"""

from sqlalchemy import Connection, and_, bindparam, exists, literal, or_, select

from bot.edges.store.schema import evidence, memories, settings, turns
from bot.mind.events import Place
from bot.mind.there import THERE, YES

_chosen = and_(settings.c.scope == memories.c.person, settings.c.key == literal(THERE).concat(memories.c.audience), settings.c.value == YES)
_source, _told = evidence.alias(), turns.alias()
_elsewhere = exists().where(
    _source.c.memory == memories.c.id, _told.c.id == _source.c.turn,
    or_(
        _told.c.audience != memories.c.audience, _told.c.conversation != turns.c.conversation, _told.c.person != memories.c.person,
        _told.c.message_id == "", _told.c.by_bot, _told.c.fleeting,
    ),
)
_PLACE = (
    select(turns.c.conversation, turns.c.audience)
    .select_from(
        memories.join(settings, _chosen).join(evidence, evidence.c.memory == memories.c.id).join(turns, turns.c.id == evidence.c.turn)
    )
    .where(
        memories.c.id == bindparam("memory"), memories.c.person == bindparam("person"), memories.c.audience.startswith("server:"),
        memories.c.superseded_by == 0, ~memories.c.corrected, ~memories.c.sensitive, ~_elsewhere,
    )
    .limit(1)
)


def place_of(connection: Connection, person: str, memory: int) -> Place | None:
    """Where they told of it, if it may be asked about there."""
    row = connection.execute(_PLACE, {"person": person, "memory": memory}).one_or_none()
    return None if row is None else Place(conversation=row.conversation, audience=row.audience)
