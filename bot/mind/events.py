"""What the house talks about. Frozen values; times are aware datetimes in UTC unless a name says otherwise.

Identity in one paragraph. A *person* is ``"discord:<user id>"`` or ``"console:<name>"``. An *audience* is who can hear
what is said: ``"dm:<person>"`` for a private conversation, ``"server:<id>"`` for a Discord server. A *conversation* is
one channel of an audience (``"discord:<channel id>"``, ``"console:<name>"``): the unit of ordering and of chat history.
Database ids are positive; 0 means "not stored yet".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """The eight kinds of event worth keeping."""

    PROFILE = "profile"
    PREFERENCE = "preference"
    RELATIONSHIP = "relationship"
    PLAN = "plan"
    EXPERIENCE = "experience"
    ACHIEVEMENT = "achievement"
    WELLBEING = "wellbeing"
    FEELING = "feeling"


def private_audience(person: str) -> str:
    """The audience of a conversation with this person alone."""
    return f"dm:{person}"


def is_private(audience: str) -> bool:
    return audience.startswith("dm:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message, by the person or by the companion to that person. ``person`` owns it in both cases."""

    person: str
    speaker: str
    """Display name of who said it."""
    text: str
    said_at: datetime
    audience: str
    conversation: str
    by_bot: bool = False
    message_id: str = ""
    """The platform's id of the message, where it has one."""
    reply_to: int = 0
    """For a turn of the companion: the id of the person's turn it answers."""
    recalled: tuple[int, ...] = ()
    """For a turn of the companion: ids of the memories it was given."""
    fleeting: bool = False
    """Said while remembering was paused: there for the conversation alone, never searched or made into a memory, soon deleted."""
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a memory comes from: characters ``start`` to ``end`` of a turn, verbatim."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Words of a person that a memory rests on, as they stand in the turn now."""

    turn: int
    words: str
    said_at: datetime
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody else in an event: by name, by what they are to the person ("sister", "dentist"), or by both; "" where it was not said."""

    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """One event about one person."""

    person: str
    audience: str
    kind: Kind
    gist: str
    """One sentence, third person, as the companion would put it."""
    quote: str
    """Their own words, verbatim."""
    said_at: datetime
    happens_at: datetime | None = None
    importance: float = 0.5
    """0 to 1."""
    emotion: str = "neutral"
    sensitive: bool = False
    """Grief, illness, break-up: only ever spoken of gently."""
    shareable: bool = False
    """Its owner allows its use in any audience."""
    resolved_at: datetime | None = None
    """When the person told how it went; nothing needs to be asked any more."""
    superseded_by: int = 0
    """Id of the memory that replaced this one; 0 while it holds."""
    pinned: bool = False
    """Its owner wants it kept: it never fades, and is not replaced by what they say later, until they unpin it."""
    corrected: bool = False
    """Its owner put it into words of their own: gist and quote are those, and the evidence is what they had said at first."""
    half_life: float = 0.0
    """Days in which its strength halves; 0 is what its kind and importance give (``bot.mind.strength``)."""
    used_at: datetime | None = None
    """When it last came to a reply."""
    folded: int = 0
    """For a digest of faded events: how many it stands for. 0 for an event."""
    participants: tuple[Participant, ...] = ()
    place: str = ""
    """Where it is, in their words; "" where it was not said, as below."""
    ends_at: datetime | None = None
    """The last day of what lasts from a day to a day, or until one."""
    recurs: str = ""
    """How often, in their words: "every tuesday"."""
    id: int = 0

    @property
    def over_at(self) -> datetime | None:
        """When it is over: when it happens, or its last day."""
        return max(filter(None, (self.happens_at, self.ends_at)), default=None)

    @property
    def words(self) -> str:
        """What of it is told to the model: their own words; of a digest, which has none, its gist."""
        return self.gist if self.folded else self.quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A memory or an old turn that a search found, with what the search measured; neither, where only its scores matter, to compare others with.

    ``dense`` is a cosine similarity (-1 to 1) to the words themselves, ``aimed`` to where the search looked for them; ``lexical`` a BM25
    score, higher is better, 0 when no word matched.
    """

    turn: Turn | None = None
    memory: Memory | None = None
    dense: float = 0.0
    aimed: float = 0.0
    lexical: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person allows, and how they want it. The defaults are those of somebody who never said anything."""

    person: str
    reach_out: bool = False
    quiet_start: time = time(22, 0)
    quiet_end: time = time(9, 0)
    """Local times; equal means no quiet hours."""
    timezone: str = "UTC"
    timezone_known: bool = False
    """False until the person said it: unprompted messages wait for it."""
    per_day: int = 1
    snoozed_until: datetime | None = None
    unreachable: bool = False
    """Their messages are closed to us; cleared when they write again."""
    conversation: str = ""
    """Where to write to them: their private conversation, once it is known."""


ProposalState = Literal["open", "claimed", "sent", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that might be worth saying unprompted."""

    person: str
    memory: int
    source: str
    """Name of the proposal source, e.g. ``follow_up``."""
    opens: datetime
    best: datetime
    closes: datetime
    worth: float
    """0 to 1."""
    reason: str
    """In words the person may read."""
    due: datetime
    """When to consider it next: ``best`` at first, later if restraint said wait."""
    sensitive: bool = False
    state: ProposalState = "open"
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something can be said, and who hears it there."""

    conversation: str
    """"" for a private one that is not open yet."""
    audience: str


OutboxState = Literal["claimed", "sent", "failed", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprompted:
    """A row of the outbox: an unprompted message, claimed in the database before it is sent."""

    person: str
    conversation: str
    proposal: int
    memory: int
    nonce: str
    """At most 25 characters, given to Discord so that a repeated send is refused."""
    reason: str
    at: datetime
    text: str = ""
    state: OutboxState = "claimed"
    audience: str = ""
    """The server that hears it; "" when they alone do."""
    id: int = 0


Act = Literal["reply", "silent", "speak", "wait", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why it spoke, why it kept silent. Stored, and shown to the person who asks."""

    person: str
    act: Act
    reason: str
    at: datetime
    conversation: str = ""
    turn: int = 0
    memories: tuple[int, ...] = ()
    proposal: int = 0
    detail: Mapping[str, str] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a deletion removed, counted, for the person who asked for it."""

    turns: int = 0
    memories: int = 0
    proposals: int = 0
    decisions: int = 0
    unprompted: int = 0
