"""Deletion on a person's word, with a receipt; and what becomes of memories when they edit or delete what they wrote."""

from collections.abc import Callable

from bot.flows.matters import Matters
from bot.mind.events import Receipt
from bot.ports import Forgetful, Forgetting, Memories, People


class Forget:
    """Deletes what a person asks to have deleted. ``drop_work`` ends the work in flight about a person, ``catch_up`` has what waits
    remembered; ``model`` keeps people's talk worked out."""

    def __init__(
        self, forgetting: Forgetting, memories: Memories, people: People, drop_work: Callable[[str], None], catch_up: Callable[[str], None],
        model: Forgetful,
    ) -> None:
        self._forgetting = forgetting
        self._memories = memories
        self._matters = Matters(people)
        self._drop_work = drop_work
        self._catch_up = catch_up
        self._model = model

    async def memory(self, person: str, memory: int) -> Receipt | None:
        """Delete one memory; None when it is not this person's. What is being extracted at the same moment loses: the
        store refuses memories whose evidence is gone."""
        known = await self._memories.get(person, memory)
        receipt = await self._forgetting.memory(person, memory)
        if known is not None and receipt is not None:
            await self._matters.taught(known, "deleted")
        return receipt

    async def message(self, conversation: str, message_id: str) -> Receipt | None:
        """A message was deleted where it was said: so is what was made of it alone. None when there is nothing of it."""
        return await self._forgetting.message(conversation, message_id)

    async def reword(self, conversation: str, message_id: str, text: str) -> None:
        """A message was edited: what no longer stands in it goes, and it is remembered anew."""
        turn = await self._forgetting.reword(conversation, message_id, text)
        if turn is not None:
            self._catch_up(turn.person)

    async def everything(self, person: str, audience: str = "") -> Receipt:
        """Delete all that is known of a person, or what rests on what they said to this audience; and what the model has worked out of their
        talk."""
        self._drop_work(person)
        receipt = await self._forgetting.everything(person, audience)
        await self._model.forget(person)
        return receipt
