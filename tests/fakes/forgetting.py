"""Deletion from the fake store."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

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

    async def everything(self, person: str) -> Receipt:
        shelf = self._shelf
        shelf.consents.pop(person, None)
        for key in [key for key in shelf.settings if key[0] == person]:
            del shelf.settings[key]
        shelf.buried = {mark for mark in shelf.buried if mark[0] != person}
        return self._remove(
            _keys(shelf.turns, lambda row: row.person == person),
            _keys(shelf.memories, lambda row: row.person == person),
            _keys(shelf.proposals, lambda row: row.person == person),
            _keys(shelf.outbox, lambda row: row.person == person),
            _keys(shelf.decisions, lambda row: row.person == person),
        )

    def _family(self, memory: Memory) -> set[int]:
        family = {memory.id}
        while older := _keys(self._shelf.memories, lambda m: m.superseded_by in family) - family:
            family |= older
        return family

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


def _moved(piece: Evidence, turn: int, removed: set[int]) -> Evidence:
    if piece.turn != turn:
        return piece
    start, end = (at - sum(i < at for i in removed) for at in (piece.start, piece.end))
    return replace(piece, start=start, end=end)
