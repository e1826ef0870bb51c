"""What people say who did not allow to be remembered: there for the talk, in the memory of this process alone."""

from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta
from itertools import count

from bot.mind.events import Turn

_LAST = 80
_CONVERSATIONS = 1000
_FOR = timedelta(hours=1)


class Passing:
    """The last turns of some conversations, each for an hour. Their ids are negative, so that nothing stored can refer to them."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, list[Turn]] = OrderedDict()
        self._ids = count(-1, -1)

    def add(self, turn: Turn) -> Turn:
        """The same message is not added twice."""
        known = self._find(turn.conversation, turn.message_id)
        if known is not None:
            return known
        held = replace(turn, id=next(self._ids), fleeting=True)
        said = [t for t in self._said.pop(turn.conversation, []) if held.said_at - t.said_at <= _FOR]
        self._said[turn.conversation] = [*said, held][-_LAST:]
        while len(self._said) > _CONVERSATIONS or held.said_at - next(iter(self._said.values()))[-1].said_at > _FOR:
            self._said.popitem(last=False)
        return held

    def recent(self, person: str, conversation: str) -> list[Turn]:
        """Oldest first."""
        return [t for t in self._said.get(conversation, ()) if t.person == person]

    def turn(self, person: str, conversation: str, message_id: str) -> Turn | None:
        found = self._find(conversation, message_id)
        return found if found is not None and found.person == person else None

    def withdraw(self, conversation: str, message_id: str) -> int:
        """Their message was deleted: it goes, and the answers to it. How many turns went."""
        gone = self._find(conversation, message_id)
        if gone is None or gone.by_bot:
            return 0
        before = len(self._said[conversation])
        self._keep(conversation, [t for t in self._said[conversation] if gone.id not in (t.id, t.reply_to)])
        return before - len(self._said.get(conversation, ()))

    def reword(self, conversation: str, message_id: str, text: str) -> None:
        """Their message was edited."""
        old = self._find(conversation, message_id)
        if old is not None and not old.by_bot:
            self._said[conversation] = [replace(t, text=text) if t.id == old.id else t for t in self._said[conversation]]

    def take(self, person: str) -> list[Turn]:
        """All that is held of them, which is not held any more; in the order in which it was said."""
        taken: list[Turn] = []
        for conversation, said in list(self._said.items()):
            mine = [t for t in said if t.person == person]
            if mine:
                taken += mine
                self._keep(conversation, [t for t in said if t.person != person])
        return sorted(taken, key=lambda t: -t.id)

    def _find(self, conversation: str, message_id: str) -> Turn | None:
        return next((t for t in self._said.get(conversation, ()) if message_id and t.message_id == message_id), None)

    def _keep(self, conversation: str, said: list[Turn]) -> None:
        if said:
            self._said[conversation] = said
        else:
            del self._said[conversation]
