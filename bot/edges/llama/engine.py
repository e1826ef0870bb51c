"""Many requests at once: each step is one ``llama_decode`` with the next token of every answer and a piece of some prompts.

Who takes part in a step: what somebody waits for before the background; what has begun before what has not; of the rest, owners in
turn. A step has one adapter; several take turns.

Requests whose answers have to repeat are evaluated in a lane of their own, one after the other: how llama.cpp rounds depends on
what is evaluated together and on where in the cache it lies, and there both are the same each time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.edges.llama.adapters import Adapters
from bot.edges.llama.cache import GRID, Cache, Slot
from bot.edges.llama.native import Native, Row
from bot.edges.llama.protocol import Alive, Begun, Done, Refused, Waiting
from bot.edges.llama.shelf import common
from bot.edges.llama.talk import Choice, Refusal, Send, Talk

_STEPS_IN_A_ROW = 8  # of one group: putting on another adapter makes llama.cpp plan its work anew
_WORTH_WAITING = 32  # tokens: so much of a prompt that another talk is just evaluating is better waited for than done twice


@dataclass(frozen=True, slots=True)
class Lane:
    """A context of the model, and what it holds."""

    native: Native
    cache: Cache
    adapters: Adapters


class Engine:
    """Works on the talks it was given, a step at a time. ``send`` gets every reply.

    ``alone`` makes the lane for requests that have to repeat, when the first one comes; it raises Refusal when it cannot. ``tidies``
    says that what nobody goes on with leaves the cache.
    """

    def __init__(self, lane: Lane, alone: Callable[[], Lane], *, parallel: int, send: Send, tidies: bool = True) -> None:
        self._shared = self._lane = lane
        self._make_alone = alone
        self._alone: Lane | None = None
        self._parallel = parallel
        self._send = send
        self._tidies = tidies
        self._talks: list[Talk] = []  # in order of arrival
        self._begun: list[Talk] = []  # these take part, or did before something more urgent came
        self._ended = 0
        self._turn = 0
        self._last_turn: dict[str, int] = {}  # owner -> when a request of theirs began last
        self._group_key: tuple[str, bool] | None = None
        self._steps_left = 0
        self._last_group: dict[tuple[str, bool], int] = {}

    @property
    def busy(self) -> bool:
        return bool(self._talks)

    def take(self, talk: Talk) -> None:
        """A new request."""
        try:
            if talk.repeatable and self._alone is None:
                self._alone = self._make_alone()
            self._lane_of(talk).adapters.load(talk.adapter)
        except Refusal as refusal:
            self._send(Refused(id=talk.id, why=str(refusal)))
            return
        self._talks.append(talk)

    def cancel(self, request: int) -> None:
        """Stop it, if it is still there; what was evaluated for it stays in the cache."""
        for talk in self._talks:
            if talk.id == request:
                self._end(talk)
                self._send(Done(id=request))
                return

    def tidy(self) -> bool:
        """Let the cache get rid of a talk that nobody goes on with, if it is time for one; False when there will be none. Done by steps."""
        return self._tidies and self._shared.cache.tidy()

    def forget(self, owner: str) -> None:
        """Keep nothing of what was evaluated for this owner, or for nobody in particular; what is under way goes on."""
        for talk in self._talks:
            talk.forgotten = talk.forgotten or talk.owner in (owner, "")
        for lane in (self._shared, self._alone):
            if lane is not None:
                lane.cache.forget(owner)

    def step(self) -> None:
        """One evaluation, and what follows from it."""
        self._end_late()
        self.tidy()
        group = self._group(self._chosen())
        if not group:
            return
        self._lane = self._lane_of(group[0])
        self._place(group)
        parts = self._parts(group)
        if not parts:
            return
        rows, last = self._rows(parts)
        self._lane.adapters.use(group[0].adapter)
        self._lane.native.decode(rows)
        for talk, piece in parts:
            assert talk.slot is not None, "only placed talks have parts"
            self._lane.cache.fed(talk.slot, piece, repeatable=len(talk.slot.tokens) < talk.prompt)
        self._read_off([talk for talk, _ in parts], last)

    # -- who takes part

    def _chosen(self) -> list[Talk]:
        """Those whose turn it is, at most ``parallel``, oldest first; the others are told their place in line."""
        awaited = [talk for talk in self._talks if not talk.background]
        pool = awaited or self._talks
        begun = [talk for talk in self._begun if talk in pool]
        fresh = self._in_turn([talk for talk in pool if talk not in begun], begun)
        starting, waiting = fresh[: self._parallel - len(begun)], fresh[self._parallel - len(begun) :]
        for talk in starting:
            self._begun.append(talk)
            self._turn += 1
            self._last_turn[talk.owner] = self._turn
        for place, talk in enumerate(waiting, start=1):
            self._tell(talk, place)
        for talk in starting:
            self._tell(talk, 0)
        return begun + starting

    def _in_turn(self, fresh: Sequence[Talk], begun: Iterable[Talk]) -> list[Talk]:
        """Everybody's first request before anybody's second; who was served longest ago goes first."""
        had = Counter(talk.owner for talk in begun if talk.owner)
        keys = {}
        for number, talk in enumerate(fresh):
            keys[talk.id] = (had[talk.owner], self._last_turn.get(talk.owner, 0) if talk.owner else 0, number)
            if talk.owner:
                had[talk.owner] += 1
        return sorted(fresh, key=lambda talk: keys[talk.id])

    def _tell(self, talk: Talk, place: int) -> None:
        if talk.told != place:
            talk.told = place
            self._send(Waiting(id=talk.id, ahead=place))

    def _group(self, chosen: Sequence[Talk]) -> list[Talk]:
        """Those of the chosen that may share a step; the group that had none for longest."""
        groups: dict[tuple[str, bool], list[Talk]] = {}
        repeating = [talk for talk in chosen if talk.repeatable]
        for talk in chosen:
            if talk in repeating[1:]:
                continue  # they would only throw each other out of the one place they have
            groups.setdefault((talk.adapter, talk.repeatable), []).append(talk)
        if self._group_key not in groups or self._steps_left <= 0:
            self._last_group = {key: turn for key, turn in self._last_group.items() if key in groups}
            self._group_key = min(groups, key=lambda key: self._last_group.get(key, 0), default=None)
            self._steps_left = _STEPS_IN_A_ROW
        if self._group_key is None:
            return []
        self._turn += 1
        self._last_group[self._group_key] = self._turn
        self._steps_left -= 1
        return groups[self._group_key]

    def _lane_of(self, talk: Talk) -> Lane:
        return self._alone if talk.repeatable and self._alone is not None else self._shared

    # -- where

    def _place(self, group: list[Talk]) -> None:
        """Give each a slot that lost it or never had one, unless it does better to wait."""
        for talk in group:
            if talk.slot is not None and talk.slot.holder is not talk:
                talk.slot = None
            if talk.slot is None and not self._waits(talk, group):
                sparing = [other.slot for other in group if other.slot is not None]
                talk.slot = self._lane.cache.begin(
                    talk.tokens, talk, owner=talk.owner, adapter=talk.adapter, repeatable=talk.repeatable, sparing=sparing
                )
                if talk.slot is not None:
                    talk.slot.stale = talk.slot.stale or talk.forgotten
                    self._send(Begun(id=talk.id, prompt=len(talk.tokens), at_hand=len(talk.slot.tokens)))

    def _waits(self, talk: Talk, group: Sequence[Talk]) -> bool:
        """For another talk that is just evaluating the same beginning, or until one ended that left no room."""
        placed = [other for other in group if other is not talk and other.slot is not None]
        if placed and talk.put_aside == self._ended:
            return True
        known = self._lane.cache.known(talk.tokens, talk.adapter)
        for other in placed:
            assert other.slot is not None, "as filtered"
            soon = common(other.tokens[: other.prompt], talk.tokens, len(talk.tokens) - 1)
            if soon >= known + _WORTH_WAITING and soon > len(other.slot.tokens):
                return True
        return False

    def _parts(self, group: Sequence[Talk]) -> list[tuple[Talk, list[int]]]:
        """The next tokens of each, as far as cells and rows suffice; the youngest leaves when cells do not."""
        placed = [talk for talk in group if talk.slot is not None]
        while placed:
            shares = self._shares(placed)
            slots: list[Slot] = [talk.slot for talk in placed if talk.slot is not None]
            if self._lane.cache.make_room(sum(shares) + self._spare_cells(placed), slots):
                break
            self._put_aside(placed.pop())
        else:
            return []
        parts = []
        for talk, share in zip(placed, shares, strict=True):
            assert talk.slot is not None, "as filtered"
            done = len(talk.slot.tokens)
            if share:
                parts.append((talk, talk.tokens[done : done + share]))
        return parts

    def _shares(self, placed: Sequence[Talk]) -> list[int]:
        """Rows for each: one for an answer that is drawn, and the rest for the prompts in equal parts."""
        shares = [min(talk.due, 1) for talk in placed]
        left = self._lane.native.chunk - sum(shares)
        hungry = [i for i, talk in enumerate(placed) if talk.due > 1]
        for rank, i in enumerate(sorted(hungry, key=lambda i: placed[i].due)):  # who needs less than a part leaves the rest
            more = min(placed[i].due - 1, left // (len(hungry) - rank))
            if placed[i].repeatable:
                more = min(more, self._grid(placed[i]) - 1)
            shares[i] += more
            left -= more
        return shares

    @staticmethod
    def _grid(talk: Talk) -> int:
        """Tokens to the next line of the grid; an answer is evaluated token by token, as it was drawn."""
        done = len(talk.tokens) - talk.due
        return 1 if done >= talk.prompt else min((done // GRID + 1) * GRID, talk.prompt) - done

    @staticmethod
    def _spare_cells(placed: Sequence[Talk]) -> int:
        return 1 + max((talk.answer.cells() for talk in placed if isinstance(talk.answer, Choice)), default=0)

    def _put_aside(self, talk: Talk) -> None:
        assert talk.slot is not None, "only placed talks are put aside"
        self._lane.cache.drop(talk.slot)
        talk.slot = None
        talk.put_aside = self._ended

    @staticmethod
    def _rows(parts: Sequence[tuple[Talk, list[int]]]) -> tuple[list[Row], dict[int, int]]:
        """The batch, and for each talk that is evaluated up to its last token the row of its logits."""
        rows: list[Row] = []
        last = {}
        for talk, piece in parts:
            assert talk.slot is not None, "only placed talks have parts"
            start = len(talk.slot.tokens)
            whole = start + len(piece) == len(talk.tokens)
            rows += [Row(talk.slot.sequence, start + i, token, False) for i, token in enumerate(piece)]
            if whole:
                rows[-1] = rows[-1]._replace(logits=True)
                last[talk.id] = len(rows) - 1
        return rows, last

    # -- what follows

    def _read_off(self, talks: Sequence[Talk], last: dict[int, int]) -> None:
        # Choices evaluate more, which overwrites the logits of this step: they come last, and one at a time.
        ready = sorted((talk for talk in talks if talk.id in last), key=lambda talk: isinstance(talk.answer, Choice))
        logits = {talk.id: self._lane.native.logits(last[talk.id]) for talk in ready}
        for talk in ready:
            if isinstance(talk.answer, Choice):
                logits[talk.id] = logits[talk.id].copy()
        for talk in ready:
            try:
                over = talk.answer.go_on(talk, logits[talk.id], self._send)
            except Refusal as refusal:
                self._send(Refused(id=talk.id, why=str(refusal)))
                over = True
            if over:
                self._end(talk)
        for talk in talks:
            if talk.id not in last:
                self._send(Alive(id=talk.id))

    def _end_late(self) -> None:
        for talk in [talk for talk in self._talks if talk.is_late()]:
            self._end(talk)
            self._send(Refused(id=talk.id, why="The answer took longer than it was given."))

    def _end(self, talk: Talk) -> None:
        self._talks.remove(talk)
        if talk in self._begun:
            self._begun.remove(talk)
        talk.answer.close()
        if talk.slot is not None and talk.slot.holder is talk:
            self._lane_of(talk).cache.release(talk.slot, keep=not talk.forgotten)
        self._ended += 1
        if not self._talks:
            self._last_turn.clear()  # of nobody who is there, so that it cannot grow
