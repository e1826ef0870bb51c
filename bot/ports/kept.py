"""What is kept: turns, memories, people and decisions, and how they are forgotten."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.mind.archive import Archive
from bot.mind.events import (
    Candidate,
    Consent,
    Decision,
    Evidence,
    Kind,
    Memory,
    OutboxState,
    Place,
    Proposal,
    Receipt,
    Source,
    Turn,
    Unprompted,
)
from bot.mind.prompt import Message as Message
from bot.mind.recall.lens import Sense
from bot.mind.summary import Summary
from bot.ports.thinking import Vectors


class Turns(Protocol):
    """Raw conversation. Called by ``flows.converse``, ``flows.speak`` and ``flows.remember``."""

    async def add(self, turn: Turn, vector: Vectors | None = None, embed_model: str = "") -> Turn:
        """Store it; the result carries its id. A known (conversation, message_id) pair is not stored twice: the first
        one is returned. ``vector`` has shape (width,). A fleeting one is never searched and never waits; those that the
        person said more than an hour before are deleted. What the companion said is not stored, and comes back without an id, when what it
        answers or recalls was deleted meanwhile."""

    async def recent(self, person: str, conversation: str, limit: int) -> tuple[Turn, ...]:
        """The last turns between this person and the companion in this conversation, oldest first."""

    async def waiting(self, person: str | None = None, limit: int = 100) -> tuple[Turn, ...]:
        """Turns by people (not by the companion) that ``remember`` has not settled yet, oldest first."""

    async def settle(self, turns: Sequence[int], vectors: Vectors | None = None, embed_model: str = "") -> None:
        """Mark as remembered, and store their vectors (shape (len(turns), width)). Unknown ids are passed over."""

    async def last_spoke(self, person: str) -> datetime | None:
        """When this person last wrote, anywhere."""


class Memories(Protocol):
    """Events about people. Every read names a person, and an audience where the reply could be overheard."""

    async def keep(
        self, memory: Memory, evidence: Sequence[Evidence], vector: Vectors | None = None, embed_model: str = "",
        replaces: Sequence[int] = (), continues: Sequence[int] = (),
    ) -> Memory | None:
        """Store it with its evidence; memories in ``replaces`` (of the same person, not pinned) become superseded by it, and
        so do those in ``continues``, earlier mentions of the same thing, whose evidence becomes its own as well: of the same
        audience only, so that nothing is ever shown where it was not said. In one transaction. None, and nothing stored, when a piece of evidence is gone or was deleted by the person (a
        tombstone): a deletion that overtakes the extraction wins."""

    async def search(
        self, person: str, audience: str, words: str, vector: Vectors | None, embed_model: str = "", limit: int = 50,
        soon: Awaitable[Sense | None] | None = None,
    ) -> tuple[Candidate, ...]:
        """Memories that hold and old turns by the person, the ``limit`` of both that are nearest in meaning and half as many by words, with what
        stands beside them; scores filled in, in no order that matters. ``soon`` takes the place of ``vector``: what the words mean, still being worked
        out (None: it could not be), while they are looked for as words; the nearest are then those that lie where its aim leads. Without it ``aimed``
        is ``dense``. The audience rule is part of the SQL: in a private audience all of this person's, in a
        server only what was said in that server or is shareable. Turns whose memory is found are found as well."""

    async def get(self, person: str, memory: int) -> Memory | None:
        """One memory of this person, superseded ones included; None when it is not theirs."""

    async def browse(self, person: str, *, kind: Kind | None = None, past: bool = False, limit: int = 1000) -> tuple[Memory, ...]:
        """For their owner's eyes: newest first. ``past`` includes superseded ones."""

    async def change(self, memory: Memory) -> None:
        """Write back importance, shareable, resolved_at, gist, happens_at, ends_at, pinned of a stored memory. Unknown ids are passed over."""


class Keeping(Protocol):
    """What people do with what is remembered of them. Every method has its person in the query. Called by ``flows.keep``."""

    async def sources(self, person: str, memory: int) -> tuple[Source, ...]:
        """Their words that it rests on, oldest first; none when it is not theirs."""

    async def turn(self, person: str, conversation: str, message_id: str) -> Turn | None:
        """A message by this person, or by the companion to them."""

    async def correct(self, memory: Memory, vector: Vectors | None, embed_model: str) -> Memory | None:
        """Write a corrected one back: gist, quote, what was read from it, happens_at, and the mark. Its vector is replaced (None: it has none until one is made),
        open proposals about it go. None when it is not this person's."""

    async def merge(self, memory: Memory, other: int, vector: Vectors | None, embed_model: str) -> Memory | None:
        """Write ``memory`` back as both of them: the evidence of ``other`` becomes its own as well, and ``other`` is superseded by it, open
        proposals about that go. None, and nothing changed, when one of them is not this person's or does not hold any more."""

    async def supersede(self, person: str, memory: int, by: int) -> None:
        """Mark as replaced; nothing happens unless both are this person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What an import added, and how many memories it held that were known."""

    turns: int = 0
    memories: int = 0
    known: int = 0


class Archives(Protocol):
    """Everything about one person, out and in. Called by ``flows.transfer``."""

    async def everything(self, person: str) -> Mapping[str, Any]:
        """Name of a table -> rows, in values that JSON has; ``memories`` with their ``evidence``, ``settings`` as key -> value."""

    async def take_in(self, person: str, archive: Archive, vectors: Mapping[tuple[str, int], Vectors], embed_model: str) -> TakenIn:
        """Add what is not here yet, in one transaction: a turn is known by its time, side and words, a memory by its time, kind and quote. What
        is here stays as it is. ``vectors`` by ("turn" or "memory", id in the archive)."""


class Forgetting(Protocol):
    """Deletion. One transaction each, nothing left in any file; a tombstone stops re-extraction."""

    async def memory(self, person: str, memory: int) -> Receipt | None:
        """Delete one memory, its evidence, the words of its turns, replies that used it, proposals, decisions about it.
        None when it is not this person's."""

    async def message(self, conversation: str, message_id: str) -> Receipt | None:
        """Somebody deleted a message: the turn, the replies to it and what rests on it alone go; what that had replaced holds again, and what
        it told the outcome of is open again. None for one that is not known or is the companion's."""

    async def reword(self, conversation: str, message_id: str, text: str) -> Turn | None:
        """Somebody edited a message: memories whose words still stand in it stay, what rested on other words of it alone goes as in ``message``,
        and the turn waits to be remembered anew. None when it is not known, not a person's, or says what it said."""

    async def fleeting(self, person: str) -> int:
        """Delete what was said while remembering was paused; how many turns."""

    async def everything(self, person: str, audience: str = "") -> Receipt:
        """Delete all that is known of a person: turns, memories, consents, proposals, decisions, outbox, persona choice. With an
        ``audience`` only what was said there, and all that rests on it."""


class Fading(Protocol):
    """What use and time do to memories. Called by ``flows.reflect``."""

    async def used(self, person: str, memories: Sequence[int], at: datetime) -> None:
        """These came to a reply: they are revived (``bot.mind.strength``). Unknown ids are passed over."""

    async def fold(self, digest: Memory, members: Sequence[Memory], vector: Vectors | None = None, embed_model: str = "") -> Memory | None:
        """Put ``digest`` in the place of its members, which are deleted with the versions that they replaced; it rests on
        their evidence. None, and nothing done, when one of them is gone, was changed, or was said to another audience."""

    async def drop(self, person: str, memories: Sequence[int]) -> None:
        """Delete memories that do not hold any more, and nothing else."""

    async def expire(self, before: datetime, audience: str = "") -> int:
        """Delete what was said before that, by people and to them, and the decisions of that time; how much. With an ``audience`` only what was
        said there, and what is remembered of it, unless its owner pinned it."""

    async def clean(self, disturbed: Callable[[], bool]) -> bool:
        """Rewrite the files where something deleted may still be in them. False when ``disturbed`` (called from another
        thread) said true meanwhile, and nothing was done."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A row whose vector is of another embedding model, and the text that is to be embedded anew."""

    what: Literal["memories", "turns"]
    id: int
    text: str


class Spaces(Protocol):
    """The change from one embedding model to another. Vectors of two models are never compared: while it goes on, what has not been
    moved is found by its words. Called by ``flows.reembed``."""

    async def count(self, embed_model: str) -> int:
        """How many vectors are of another model than this one."""

    async def strangers(self, embed_model: str, limit: int) -> tuple[Stranger, ...]:
        """Some of them. What has no vector at all is none."""

    async def move(self, strangers: Sequence[Stranger], vectors: Vectors, embed_model: str) -> None:
        """Replace their vectors (shape (len(strangers), width)). Those that are gone or say something else by now are passed over."""

    async def tidy(self) -> None:
        """All are moved: throw away what was kept for searches among the old ones. Raises StoreError."""


class Summaries(Protocol):
    """What is derived from memories. One goes at once when a memory it rests on is changed or deleted. Called by ``flows.reflect``."""

    async def write(self, person: str, audience: str, summaries: Sequence[Summary], version: int) -> bool:
        """Put these in the place of all that this audience had about this person. False, and nothing done, when a memory of this
        person changed after ``version`` was read, or when one rests on what this audience may not hear."""

    async def of(self, person: str, audience: str) -> tuple[Summary, ...]:
        """What this audience may use, by level and subject."""

    async def restless(self, limit: int) -> tuple[tuple[str, int], ...]:
        """People whose memories changed since they were last reflected on, each with the version of now."""

    async def calm(self, person: str, version: int) -> None:
        """They were reflected on; no effect when something changed after ``version``."""

    async def rouse(self) -> None:
        """Reflect on everybody: time has passed."""


class People(Protocol):
    """What people and servers chose."""

    async def consent(self, person: str) -> Consent:
        """What they allow; the defaults for somebody unknown."""

    async def set_consent(self, consent: Consent) -> None: ...

    async def setting(self, scope: str, key: str) -> str | None:
        """A small choice of a person or a server: ``("discord:1", "persona")``, ``("server:2", "persona")``,
        ``("server:2", "channel:3")``."""

    async def set_setting(self, scope: str, key: str, value: str | None) -> None:
        """None removes it."""

    async def settings(self, scope: str) -> Mapping[str, str]: ...


class Residents(Protocol):
    """Who is where. Called by ``edges.discord``."""

    async def leavers(self) -> tuple[tuple[str, str], ...]:
        """(person, server) for everybody who wants what they said in a server deleted when they leave it, and each server in which they
        said something that is kept."""


class Diary(Protocol):
    """Decisions with their reasons."""

    async def record(self, decision: Decision) -> Decision:
        """Store it; the result carries its id. Not stored, and without an id, when the message, a memory or the proposal that it is about was
        deleted meanwhile."""

    async def recent(self, person: str, limit: int = 20) -> tuple[Decision, ...]:
        """Newest first."""


class Proposals(Protocol):
    """What might be said unprompted."""

    async def propose(self, proposal: Proposal) -> Proposal | None:
        """Store it. None when this memory already has one of this source."""

    async def open(self, person: str | None = None, until: datetime | None = None, limit: int | None = None) -> tuple[Proposal, ...]:
        """Open ones, by due time; with ``until`` only those due by then, with ``limit`` only the first so many."""

    async def get(self, proposal: int) -> Proposal | None: ...

    async def postpone(self, proposal: int, due: datetime) -> None:
        """Consider an open one again at ``due``."""

    async def close(self, proposal: int, state: Literal["sent", "dropped"]) -> None: ...


class Outbox(Protocol):
    """Unprompted messages, each claimed before it is sent."""

    async def place(self, person: str, memory: int) -> Place | None:
        """The channel where this person may be asked about it: where they told of it in a server, if they chose so for that
        server. None is in private: for all that rests on
        anything else than messages in that one channel, or that they put right by hand."""

    async def claim(self, message: Unprompted) -> Unprompted | None:
        """Insert the row and mark its proposal claimed, in one transaction. None when the proposal is no longer open
        or its memory is gone: somebody else has it, or it was deleted; and when it is for a server and not for the ``place`` of its memory."""

    async def settle(self, message: int, state: OutboxState, text: str = "") -> None:
        """Say what became of a claimed one; its proposal follows (sent -> sent, else dropped)."""

    async def history(self, person: str, limit: int = 20) -> tuple[Unprompted, ...]:
        """Those sent or claimed, newest first."""

    async def lose_stale(self) -> int:
        """At start: rows still claimed by a process that died become ``lost``; they are not sent again. How many."""
