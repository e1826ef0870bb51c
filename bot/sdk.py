"""All that a plugin or a persona's cog may import, beside the standard library and discord.

A plugin is a folder ``plugins/<name>/`` whose ``__init__.py`` has ``async def setup(host: Host) -> None``. It may add
cogs (discord.py) and proposal sources. Logic that needs no Discord lives in ``_logic.py``.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.errors import OldfriendError
from bot.flows.floor import Floor, Room
from bot.flows.forget import Forget
from bot.flows.inbox import Inbox, Incoming, ReplyTo
from bot.flows.keep import Keep
from bot.flows.permission import Permission
from bot.flows.pictures import Picture, Pictures
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.supervise import Supervisor
from bot.flows.transfer import Transfer
from bot.flows.wardrobe import Wardrobe
from bot.mind.events import (
    Consent,
    Decision,
    Kind,
    Memory,
    Proposal,
    Receipt,
    Source,
    Turn,
    Unprompted,
    is_private,
    private_audience,
)
from bot.mind.house_rules import GIVEN, RETENTION, HouseRules, Quiet, RuleKey, channel_key, house_rules
from bot.mind.local_colour import LONGEST_GREETING, LONGEST_MANNER, LONGEST_NOTES, Colour
from bot.mind.permission import Choice, permission_button
from bot.mind.persona import Persona
from bot.mind.tongue import NAMES as LANGUAGES
from bot.mind.tongues import Tongue, tongue_of
from bot.mind.turn_taking import Dial
from bot.ports import Clock, Diary, Memories, Outbox, People, Proposals, ProposalSource, Residents, TakenIn, Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """The running companion, as edges and plugins see it. The same in Discord and in the console."""

    clock: Clock
    turns: Turns
    memories: Memories
    people: People
    diary: Diary
    proposals: Proposals
    outbox: Outbox
    inbox: Inbox
    """Put a message in, its answer comes out at its ``ReplyTo``."""
    floor: Floor
    """Channels with several people: whether it is spoken to there."""
    recollect: Recollect
    """Search a person's memories for that person's own eyes."""
    forget: Forget
    """Delete, with a receipt."""
    keep: Keep
    """What they do with their memories: put right, pin, merge, ask why, pause."""
    transfer: Transfer
    """Export and import of one person."""
    pictures: Pictures
    """A person's mood, events and plans to look at, for their own eyes."""
    reach_out: ReachOut
    """Unprompted messages: opt in and out, what is planned."""
    permission: Permission
    """Whether somebody may be remembered."""
    residents: Residents
    """Who is in which server."""
    wardrobe: Wardrobe
    """Which persona is worn where."""
    supervisor: Supervisor
    model_server: str = ""
    """The host that what people say is sent to, to be answered; "" when the model runs on this computer."""
    turns_days: int = 0
    """How many days what was said is kept, word for word; 0 is for ever."""


class Host(Protocol):
    """What a plugin's ``setup`` is given."""

    @property
    def companion(self) -> Companion: ...

    async def add_cog(self, cog: object) -> None:
        """Add a ``discord.ext.commands.Cog``; in the console it is passed over. Context menus that it has in ``menus`` are offered too."""

    def add_source(self, source: ProposalSource) -> None: ...


__all__ = [
    "Choice", "Clock", "Colour", "Companion", "Consent", "Decision", "Dial", "Diary", "Floor", "Forget", "GIVEN", "Host", "HouseRules", "Inbox", "Incoming",
    "Keep", "Kind", "LANGUAGES", "LONGEST_GREETING", "LONGEST_MANNER", "LONGEST_NOTES", "Memories", "Memory", "OldfriendError", "Outbox", "People", "Permission", "Persona", "Picture", "Pictures", "Proposal", "ProposalSource",
    "Proposals", "Quiet", "RETENTION", "ReachOut", "Receipt", "Recollect", "ReplyTo", "Residents", "Room", "RuleKey", "Source", "Supervisor",
    "TakenIn", "Tongue", "Transfer", "Turn", "Turns", "Unprompted", "Wardrobe", "channel_key", "house_rules", "is_private", "permission_button",
    "private_audience", "tongue_of",
]
