"""Deletion from the fake store."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from bot.mind.circumstances import remade
from bot.mind.events import Decision, Evidence, Memory, Proposal, Receipt, Turn, Unprompted
from tests.fakes.shelf import Shelf, normal

Row = TypeVar("Row", Turn, Memory, Proposal, Unprompted, Decision)


class FakeForgetting:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    async def memory(self, person: str, memory: int) -> Receipt | None:
        shelf = self._shelf
        start = shelf.memories.get(memory)
        if start is None or start.person != person:
            return None
        family = self._family(start)
        sources = {e.turn for number in family for e in shelf.evidence[number]}
        gone = {turn for turn in sources if self._forget_words(person, turn, family)}
        gone |= {
            t.id
            for t in shelf.turns.values()
            if t.person == person and t.by_bot and (t.reply_to in sources or family.intersection(t.recalled))
        }
        replies = gone - sources
        proposals = _keys(shelf.proposals, lambda p: p.memory in family)
        outbox = _keys(shelf.outbox, lambda m: m.memory in family or m.proposal in proposals)
        decisions = _keys(
            shelf.decisions,
            lambda d: d.person == person
            and (
                d.turn in sources | replies or d.proposal in proposals or bool(family.intersection(d.memories))
            ),
        )
        return self._remove(gone, family, proposals, outbox, decisions)

    async def message(self, conversation: str, message_id: str) -> Receipt | None:
        passing = next((t for t in self._shelf.passing if message_id and not t.by_bot and (t.conversation, t.message_id) == (conversation, message_id)), None)
        if passing is not None:
            left = [t for t in self._shelf.passing if passing.id not in (t.id, t.reply_to)]
            receipt = Receipt(turns=len(self._shelf.passing) - len(left))
            self._shelf.passing = left
            return receipt
        turn = self._said_in(conversation, message_id)
        if turn is None:
            return None
        gone = self._fallen(turn, "")
        replies = _keys(self._turns_of(turn.person), lambda t: t.by_bot and (t.reply_to == turn.id or bool(gone.intersection(t.recalled))))
        return self._remove({turn.id} | replies, gone, *self._about(turn.person, gone, {turn.id} | replies))

    async def reword(self, conversation: str, message_id: str, text: str) -> Turn | None:
        place = (conversation, message_id)
        self._shelf.passing = [replace(t, text=text) if (t.conversation, t.message_id) == place and not t.by_bot else t for t in self._shelf.passing]
        turn = self._said_in(conversation, message_id)
        if turn is None or turn.text == text:
            return None
        gone = self._fallen(turn, text)
        answered = {turn.id} if gone else set()
        replies = _keys(self._turns_of(turn.person), lambda t: t.by_bot and (t.reply_to in answered or bool(gone.intersection(t.recalled))))
        self._remove(replies, gone, *self._about(turn.person, gone, set()))
        self._shelf.turns[turn.id] = replace(turn, text=text)
        self._shelf.turn_vectors.pop(turn.id, None)
        if not turn.fleeting:
            self._shelf.settled.discard(turn.id)
        return self._shelf.turns[turn.id]

    async def fleeting(self, person: str) -> int:
        gone = [t.id for t in self._shelf.turns.values() if t.person == person and t.fleeting]
        for number in gone:
            del self._shelf.turns[number]
        return len(gone)

    def _turns_of(self, person: str) -> dict[int, Turn]:
        return {n: t for n, t in self._shelf.turns.items() if t.person == person}

    def _said_in(self, conversation: str, message_id: str) -> Turn | None:
        wanted = (conversation, message_id)
        here = [t for t in self._shelf.turns.values() if message_id and not t.by_bot and (t.conversation, t.message_id) == wanted]
        return here[0] if here else None

    def _fallen(self, turn: Turn, text: str) -> set[int]:
        """Moves or drops the evidence in this turn; the memories without any, which nothing refers to any more."""
        shelf, gone = self._shelf, set[int]()
        for memory, pieces in shelf.evidence.items():
            stand = [moved for e in pieces if (moved := _standing(e, turn, text)) is not None]
            if stand == pieces:
                continue
            shelf.evidence[memory] = list(dict.fromkeys(stand))
            held = shelf.memories[memory]
            if len(stand) == len(pieces) or (held.corrected and (stand or text)):
                continue
            if not stand:
                gone.add(memory)
                continue
            by_time = sorted(stand, key=lambda e: (shelf.turns[e.turn].said_at, e.turn, e.start))
            shelf.memories[memory] = remade(held, [shelf.turns[e.turn].text[e.start : e.end] for e in by_time])
        self._restore(turn, gone)
        return gone

    def _restore(self, turn: Turn, gone: set[int]) -> None:
        memories = self._shelf.memories
        for number, held in memories.items():
            heir = held.superseded_by
            while heir in gone:
                heir = memories[heir].superseded_by
            told = held.person == turn.person and held.happens_at is not None and held.resolved_at == turn.said_at
            memories[number] = replace(held, superseded_by=heir, resolved_at=None if told else held.resolved_at)

    def _about(self, person: str, memories: set[int], turns: set[int]) -> tuple[set[int], set[int], set[int]]:
        shelf = self._shelf
        proposals = _keys(shelf.proposals, lambda p: p.memory in memories)
        outbox = _keys(shelf.outbox, lambda m: m.memory in memories or m.proposal in proposals)
        decisions = _keys(
            shelf.decisions,
            lambda d: d.person == person and (d.turn in turns or d.proposal in proposals or bool(memories.intersection(d.memories))),
        )
        return proposals, outbox, decisions

    async def everything(self, person: str, audience: str = "") -> Receipt:
        shelf = self._shelf
        if audience:
            return await self._place(person, audience)
        shelf.consents.pop(person, None)
        for key in [key for key in shelf.settings if key[0] == person]:
            del shelf.settings[key]
        shelf.buried = {mark for mark in shelf.buried if mark[0] != person}
        passing = sum(t.person == person for t in shelf.passing)
        shelf.passing = [t for t in shelf.passing if t.person != person]
        receipt = self._remove(
            _keys(shelf.turns, lambda row: row.person == person),
            _keys(shelf.memories, lambda row: row.person == person),
            _keys(shelf.proposals, lambda row: row.person == person),
            _keys(shelf.outbox, lambda row: row.person == person),
            _keys(shelf.decisions, lambda row: row.person == person),
        )
        return replace(receipt, turns=receipt.turns + passing)

    async def _place(self, person: str, audience: str) -> Receipt:
        shelf, receipt = self._shelf, Receipt()
        for number in [m.id for m in shelf.memories.values() if (m.person, m.audience) == (person, audience)]:
            gone = await self.memory(person, number) or Receipt()
            receipt = Receipt(**{name: getattr(receipt, name) + getattr(gone, name) for name in Receipt.__slots__})
        turns = _keys(shelf.turns, lambda t: (t.person, t.audience) == (person, audience))
        gone = self._remove(turns, set(), set(), set(), _keys(shelf.decisions, lambda d: d.turn in turns))
        return Receipt(**{name: getattr(receipt, name) + getattr(gone, name) for name in Receipt.__slots__})

    def _family(self, memory: Memory) -> set[int]:
        family = {memory.id}
        while more := self._relatives(family, memory.person) - family:
            family |= more
        return family

    def _relatives(self, family: set[int], person: str) -> set[int]:
        """What these replaced, and those that took over their evidence."""
        evidence = {piece for number in family for piece in self._shelf.evidence[number] if piece.start < piece.end}
        return _keys(self._shelf.memories, lambda m: m.superseded_by in family or (m.person == person and bool(evidence.intersection(self._shelf.evidence[m.id]))))

    def _forget_words(self, person: str, number: int, family: set[int]) -> bool:
        """Cut or delete; True when the whole turn is to go."""
        shelf = self._shelf
        turn = shelf.turns[number]
        removed: set[int] = set()
        for memory in family:
            for piece in shelf.evidence[memory]:
                if piece.turn == number:
                    removed |= set(range(piece.start, min(piece.end, len(turn.text))))
                    quotes = (turn.text[piece.start : piece.end], shelf.memories[memory].quote)
                    shelf.buried |= {(person, number, normal(quote)) for quote in quotes}
        text = "".join(c for i, c in enumerate(turn.text) if i not in removed)
        others = [m for m, pieces in shelf.evidence.items() if m not in family and any(e.turn == number for e in pieces)]
        if not others or not text.strip():
            return True
        shelf.turns[number] = replace(turn, text=text)
        shelf.turn_vectors.pop(number, None)
        for memory in others:
            shelf.evidence[memory] = list(dict.fromkeys(_moved(e, number, removed) for e in shelf.evidence[memory]))
        return False

    def _remove(
        self, turns: set[int], memories: set[int], proposals: set[int], outbox: set[int], decisions: set[int]
    ) -> Receipt:
        shelf = self._shelf
        for number in turns:
            del shelf.turns[number]
            shelf.settled.discard(number)
            shelf.turn_vectors.pop(number, None)
        for number in memories:
            del shelf.memories[number], shelf.evidence[number]
            shelf.memory_vectors.pop(number, None)
        for memory, pieces in shelf.evidence.items():
            shelf.evidence[memory] = [e for e in pieces if e.turn not in turns]
        shelf.proposals = {n: row for n, row in shelf.proposals.items() if n not in proposals}
        shelf.outbox = {n: row for n, row in shelf.outbox.items() if n not in outbox}
        shelf.decisions = {n: row for n, row in shelf.decisions.items() if n not in decisions}
        return Receipt(
            turns=len(turns),
            memories=len(memories),
            proposals=len(proposals),
            decisions=len(decisions),
            unprompted=len(outbox),
        )


def _keys(rows: Mapping[int, Row], rule: Callable[[Row], bool]) -> set[int]:
    return {number for number, row in rows.items() if rule(row)}


def _standing(piece: Evidence, turn: Turn, text: str) -> Evidence | None:
    """Where a piece of evidence stands in the new words of its turn."""
    if piece.turn != turn.id:
        return piece
    words = turn.text[piece.start : piece.end]
    at = text.find(words)
    return Evidence(turn=turn.id, start=at, end=at + len(words)) if words.strip() and at >= 0 else None


def _moved(piece: Evidence, turn: int, removed: set[int]) -> Evidence:
    if piece.turn != turn:
        return piece
    start, end = (at - sum(i < at for i in removed) for at in (piece.start, piece.end))
    return replace(piece, start=start, end=end)
