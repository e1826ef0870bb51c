"""What could not be answered before the end is answered after the next start, once."""

import json
from collections.abc import Sequence

from bot.flows.inbox import Incoming
from bot.mind.permission import KEY
from bot.ports import People

_SCOPE, _OWED = "companion", "owed"


async def note(people: People, unanswered: Sequence[Incoming]) -> None:
    """Write down where these messages are, not what they say; and nothing of anybody who did not say that they may be remembered. Raises
    StoreError."""
    known = [i.turn for i in unanswered if i.turn.message_id and await people.setting(i.turn.person, KEY) == "yes"]
    if known:
        await people.set_setting(_SCOPE, _OWED, json.dumps([(turn.conversation, turn.message_id) for turn in known]))


async def take(people: People) -> tuple[tuple[str, str], ...]:
    """(conversation, message id) of each, in order. They are struck off before anything is said: rather not answered than answered twice.
    Raises StoreError."""
    noted = await people.setting(_SCOPE, _OWED)
    if noted is None:
        return ()
    await people.set_setting(_SCOPE, _OWED, None)
    return tuple((conversation, message) for conversation, message in json.loads(noted))
