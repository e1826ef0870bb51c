"""discord.Message -> Turn -> inbox, for messages that are meant for the companion. All others leave no trace. What is edited or deleted
later is revised in what was made of it."""

import asyncio
import logging
from weakref import WeakValueDictionary

import discord

from bot.edges.discord.reading import beside, mentions, words
from bot.edges.discord.reply import STYLES, DiscordReply, Replies
from bot.errors import OldfriendError
from bot.mind.allowance import Allowance, Verdict
from bot.mind.events import Turn, is_private, private_audience
from bot.mind.speech import clean
from bot.mind.tongue import language_of
from bot.mind.tongues import tongue_of
from bot.mind.turn_taking import ME, Heard, Take
from bot.mind.waiting import TOO_MANY
from bot.sdk import Companion, Incoming, Room

log = logging.getLogger(__name__)

_SAID_BY_PEOPLE = {discord.MessageType.default, discord.MessageType.reply}


class Listener:
    """Hears what people write."""

    def __init__(self, companion: Companion, replies: Replies = "whole") -> None:
        self._companion = companion
        self._allowance = Allowance()
        self._style = STYLES[replies]
        self._talking: WeakValueDictionary[str, DiscordReply] = WeakValueDictionary()
        # Whether it is our turn is asked of the database; messages must not overtake each other meanwhile.
        self._in_order = asyncio.Lock()

    def answer_with(self, replies: Replies) -> None:
        """How answers are sent from now on."""
        self._style = STYLES[replies]

    async def hear(self, message: discord.Message, me: discord.ClientUser) -> None:
        """Put it into the inbox if a person says it to us."""
        if message.guild is not None and (message.author.id == me.id or _by_machine(message)):
            self._companion.floor.note(_heard(message, me.id), _conversation(message))
            return
        if _by_machine(message) or message.author.system or message.type not in _SAID_BY_PEOPLE:
            return
        if message.guild is None and not isinstance(message.channel, discord.DMChannel):
            return  # From a server that we do not see at the moment: it must never pass for a private message.
        async with self._in_order:
            heard = _heard(message, me.id)
            overheard = self._companion.floor.overheard(heard, _conversation(message)) if message.guild else ()
            overheard = (*overheard, *beside(message, me.id))
            try:
                meant = message.guild is None or await self._our_turn(message, message.guild, heard)
            except OldfriendError as fault:
                log.error("a message was passed over: %s", fault)
                return
            if meant and heard.text:
                self._take(Incoming(_turn(message, heard.text), self._reply_to(message), overheard, _is_adult(message.channel)))

    def _take(self, incoming: Incoming) -> None:
        """Whoever floods is told so once, and then passed over until it slows down."""
        turn = incoming.turn
        asked = self._allowance.ask(dict.fromkeys((turn.person, *([] if is_private(turn.audience) else [turn.audience]))), self._companion.clock.now())
        if asked is Verdict.GRANTED:
            self._companion.inbox.put(incoming)
        elif asked is Verdict.FIRST_REFUSAL:
            log.info("%s: more messages than can be answered; some are passed over", turn.conversation)
            self._companion.supervisor.start(incoming.reply_to.say(tongue_of(language_of(turn.text))(TOO_MANY)), name="say that it is too much", timeout=30)

    def _reply_to(self, message: discord.Message) -> DiscordReply:
        conversation = _conversation(message)
        if (before := self._talking.get(conversation)) is not None:
            before.hurry()
        reply = self._talking[conversation] = self._style(message, self._companion.clock, self._companion.supervisor)
        return reply

    async def amend(self, message: discord.Message, me: int) -> None:
        """It was edited, or Discord added a preview, which changes no words."""
        text = words(message, me)
        if text:
            await self._revise(message.channel.id, message.id, text)

    async def withdraw(self, channel: int, message: int) -> None:
        """It was deleted, by its author or by somebody who may."""
        await self._revise(channel, message, "")

    async def _revise(self, channel: int, message: int, text: str) -> None:
        conversation = f"discord:{channel}"
        async with self._in_order:
            try:
                async with self._companion.inbox.amended(conversation, str(message), text):
                    if text:
                        await self._companion.forget.reword(conversation, str(message), text)
                    else:
                        await self._companion.forget.message(conversation, str(message))
            except OldfriendError as fault:
                log.error("an edited or deleted message could not be revised: %s", fault)

    async def _our_turn(self, message: discord.Message, guild: discord.Guild, heard: Heard) -> bool:
        channels = [message.channel.id]
        if isinstance(message.channel, discord.Thread):
            channels.append(message.channel.parent_id)
        room = Room(
            conversation=_conversation(message), audience=f"server:{guild.id}", channels=tuple(channels), my_name=guild.me.display_name
        )
        return isinstance(await self._companion.floor.hear(heard, room), Take)


def _is_adult(channel: object) -> bool:
    """Whether Discord marks it as age-restricted; private conversations it does not mark."""
    return isinstance(channel, discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread) and channel.is_nsfw()


def _by_machine(message: discord.Message) -> bool:
    return message.author.bot or message.webhook_id is not None


def _conversation(message: discord.Message) -> str:
    return f"discord:{message.channel.id}"


def _heard(message: discord.Message, me: int) -> Heard:
    """As the companion hears it among others."""
    to = [_person(user.id, me) for user in message.mentions]
    if mentions(message, me) or _replies_to(message, me):
        to.append(ME)
    answered = message.reference.resolved if message.reference else None
    if isinstance(answered, discord.Message):
        to.append(_person(answered.author.id, me))
    return Heard(
        speaker=_person(message.author.id, me), name=_name(message), text=words(message, me), at=message.created_at,
        to=tuple(dict.fromkeys(to)), by_machine=_by_machine(message) and message.author.id != me,
    )


def _person(user: int, me: int) -> str:
    return ME if user == me else f"discord:{user}"


def _name(message: discord.Message) -> str:
    return clean(message.author.display_name) or message.author.name


def _replies_to(message: discord.Message, me: int) -> bool:
    answered = message.reference.resolved if message.reference else None
    return isinstance(answered, discord.Message) and answered.author.id == me


def _turn(message: discord.Message, text: str) -> Turn:
    person = f"discord:{message.author.id}"
    return Turn(
        person=person,
        speaker=_name(message),
        text=text,
        said_at=message.created_at,
        audience=f"server:{message.guild.id}" if message.guild else private_audience(person),
        conversation=_conversation(message),
        message_id=str(message.id),
    )
