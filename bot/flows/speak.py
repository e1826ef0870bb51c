"""The shared tail: recall -> plan -> prompt -> draft -> judge. One message in, one reply that passed, with its reasons."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.errors import ModelError
from bot.flows.attend import Attend, Impression
from bot.flows.inbox import REPLY_TIMEOUT, ReplyTo
from bot.flows.lore import Lore
from bot.flows.recollect import Recollect
from bot.flows.self_check import SelfCheck
from bot.mind.empathy import read
from bot.mind.events import Turn
from bot.mind.first_words import beyond, first_words
from bot.mind.judge import (
    Case,
    Verdict,
    corrected,
    judge,
    judge_sentence,
    must_be_right,
    rank,
    salvage,
    without_concept,
)
from bot.mind.knowledge import asks_the_world, declines
from bot.mind.opening import fresh, parrots
from bot.mind.persona import Persona
from bot.mind.plan import Plan, plan, with_lore
from bot.mind.prompt import assemble, prefix
from bot.mind.salience import sentences
from bot.mind.spare_lines import last_resort, spare_line
from bot.mind.speech import clean
from bot.mind.tongue import in_tongue
from bot.mind.words import words
from bot.ports import Clock, Completion, LanguageModel, Message

DRAFTS, REDRAWS = 4, 2
"""A step with four rows takes no longer than one with three: K quants are multiplied by fours (docs/adr/0006-batching.md)."""
LONGEST_REPLY = 140
"""Tokens."""

_WITHIN = timedelta(seconds=0.8 * REPLY_TIMEOUT)
"""All drafts of a reply together; what is left is for what comes before and after, and for saying that it failed."""

_BEGINNING = 4
"""Words that a streamed reply begins with at least, those aside that it was given."""

_SITTING = timedelta(hours=1)
"""What was said longer ago is not what a message goes on from."""

_STOPS = ("\nNote:", "Note:", "\n\n\n")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said, and how it came about."""

    text: str
    plan: Plan
    verdict: Verdict
    drafts: int
    first: Verdict | None = None
    """On the best draft before any was drawn again; None where nothing was judged as a whole."""
    attempt: int = 0
    """Which of the drafts it is; 0 where it is none of them."""


@dataclass(frozen=True, slots=True)
class _Draft:
    attempt: int
    text: str
    verdict: Verdict
    place: tuple[float, ...]
    """Sorts drafts, the best first."""


class Speak:
    """Finds the words of a reply."""

    def __init__(
        self, model: LanguageModel, recollect: Recollect, clock: Clock, lore: Lore, *, seed: int | None = None, attend: Attend | None = None
    ) -> None:
        self._model = model
        self._recollect = recollect
        self._clock = clock
        self._seed = seed
        self._lore = lore
        self._attend = attend
        self._self_check = SelfCheck(model)

    async def warm(self, persona: Persona) -> None:
        """Have the model read the stable head of this persona's prompts, so that the first reply does not wait for it."""
        async with aclosing(self._model.stream(Completion(messages=prefix(persona), max_tokens=1, adapter=persona.model.adapter, background=True))) as pieces:
            async for _ in pieces:
                pass

    async def reply(
        self, turn: Turn, text: str, burst: Collection[int], history: Sequence[Turn], persona: Persona, zone: str, reply_to: ReplyTo,
        impression: Impression | None = None, overheard: Sequence[str] = (), portrait: str = "", adult: bool = False, language: str = "",
    ) -> Spoken:
        """Answer ``text``, the turns ``burst`` (ids), of which ``turn`` is the last, as ``impression`` took it in (None: by its words
        alone). ``portrait`` is what is known of them at all times, ``adult`` whether the place is age-restricted,
        ``language`` what was chosen for it. Pieces go to ``reply_to`` as they pass; the caller says
        the whole. Raises ModelFailed."""
        before = [t.text for t in history if not t.by_bot and turn.said_at - t.said_at < _SITTING]
        recalled = await self._recollect.search(turn.person, turn.audience, text, before=before)
        found = [f for f in recalled if f.turn is None or f.turn.id not in burst]
        known = await self._lore.consult(persona, text)
        reading, approach = (read(text), None) if impression is None else (impression.reading, impression.approach(persona))
        planned = plan(text, reading, found, history, persona, self._clock.now(), zone, known.beyond, approach)
        planned = in_tongue(with_lore(planned, known.lines), text, persona, language)
        case = Case(
            plan=planned, persona=persona, text=text, speaker=turn.speaker,
            said=tuple(t.text for t in history if not t.by_bot), replied=tuple(t.text for t in history if t.by_bot),
            portrait=portrait, adult=adult,
        )
        messages = await self._prompt(case, history, overheard)
        ask = partial(self._request, messages, case, turn, self._clock.now() + _WITHIN, reply_to)
        if planned.strategy == "answer" and asks_the_world(text):
            return await self._weighed(ask, case, turn)
        if not planned.careful:
            streamed = await self._stream(ask(0), case, reply_to)
            if streamed:
                return Spoken(streamed, planned, judge(streamed, case), 1)
        return await self._judged(ask, case, turn)

    async def _prompt(self, case: Case, history: Sequence[Turn], overheard: Sequence[str]) -> tuple[Message, ...]:
        room = (await self._model.facts()).context_tokens - LONGEST_REPLY - 32
        return assemble(
            case.persona, history, case.text, case.plan.note, overheard=overheard, token_budget=room, portrait=case.portrait,
            speaker=case.speaker,
        )

    async def _stream(self, request: Completion, case: Case, reply_to: ReplyTo) -> str:
        """Let each sentence go as soon as it passes. "" when not even the first one does; a later fault ends the reply."""
        said = rest = ""
        async with aclosing(self._model.stream(request)) as pieces:
            async for piece in pieces:
                *whole, rest = _split_last(rest + piece)
                if whole and not said:
                    # "The doctor?" alone is no answer: a short beginning waits for what follows it.
                    beginning = fresh(" ".join(whole), case.replied)
                    if len(words(beginning)) < _BEGINNING + len(words(request.opening)):
                        rest = " ".join([*whole, rest])
                        continue
                    whole = beyond(request.opening, sentences(beginning))
                for sentence in whole:
                    if not _passes(said, sentence, case):
                        return said
                    said = await _tell(said, sentence, reply_to)
        rest = clean(rest) if said else fresh(clean(rest), case.replied)
        if not said and (rest == request.opening or parrots(rest, case.text)):
            return ""
        if rest and (_ended(rest) or not said) and _passes(said, rest, case):
            said = await _tell(said, rest, reply_to)
        return said

    async def _weighed(self, ask: Callable[[int], Completion], case: Case, turn: Turn) -> Spoken:
        """A fact about the world: drafted, judged, and then doubted before it is told."""
        scores: dict[int, list[float]] = {}

        def scored(attempt: int) -> Completion:
            return replace(ask(attempt), on_score=scores.setdefault(attempt, []).append)

        spoken = await self._judged(scored, case, turn)
        if declines(spoken.text, case.persona):
            return spoken
        text, why = await self._self_check.told(case.text, spoken.text, scores.get(spoken.attempt, []), case.persona, turn.id)
        return replace(spoken, text=text, plan=replace(case.plan, reason=f"{case.plan.reason}; {why}"))

    async def _judged(self, ask: Callable[[int], Completion], case: Case, turn: Turn) -> Spoken:
        """Several drafts at once, which share all of their prompt; the best that passes. Else up to two redraws that are told what was
        wrong; else a line of the card for it; else the best draft without a grave fault; else its sound sentences; else a plain line."""
        drafts = await self._batch(ask, case)
        drafts.sort(key=lambda draft: draft.place)
        first = drafts[0].verdict
        for attempt in range(DRAFTS + 1, DRAFTS + REDRAWS + 1):
            if drafts[0].verdict.passes:
                break
            try:
                drafts.append(await self._judged_draft(_told(ask(attempt), drafts[0].verdict), case, attempt))
            except ModelError:
                break  # what is there has to do
            drafts.sort(key=lambda draft: draft.place)
        best = drafts[0].verdict
        if best.passes:
            return Spoken(drafts[0].text, case.plan, best, len(drafts), first, drafts[0].attempt)
        if spare := "" if must_be_right(case) else spare_line(case, turn.id):
            return Spoken(spare, case.plan, best, len(drafts), first)
        for draft in drafts if not must_be_right(case) else []:
            text = draft.text if not draft.verdict.grave else salvage(draft.text, case)
            if text:
                return Spoken(text, case.plan, draft.verdict, len(drafts), first, draft.attempt)
        return Spoken(last_resort(case, turn.id), case.plan, best, len(drafts), first)

    async def _batch(self, ask: Callable[[int], Completion], case: Case) -> list[_Draft]:
        """Those drafts that came about; only one where no care is needed. Raises ModelError when none did."""
        numbers = range(1, DRAFTS + 1) if case.plan.careful else range(1, 2)
        done = await asyncio.gather(*(self._judged_draft(ask(number), case, number) for number in numbers), return_exceptions=True)
        drafts = [draft for draft in done if isinstance(draft, _Draft)]
        fault = next((fault for fault in done if isinstance(fault, BaseException) and not (drafts and isinstance(fault, ModelError))), None)
        if fault is not None:
            raise fault
        return drafts

    async def _judged_draft(self, request: Completion, case: Case, attempt: int) -> _Draft:
        text = fresh(without_concept(await self._draft(request)), case.replied)
        tone = await self._attend.tone(text) if self._attend is not None and case.plan.careful else None
        verdict = judge(text, case, tone)
        return _Draft(attempt, text, verdict, rank(text, verdict, case, led=bool(request.opening) and text.startswith(request.opening)))

    async def _draft(self, request: Completion) -> str:
        parts = []
        async with aclosing(self._model.stream(request)) as pieces:
            async for piece in pieces:
                parts.append(piece)
        text = clean("".join(parts))
        whole = sentences(text)
        # The last sentence of an answer that ran into the limit is cut off in the middle.
        if len(whole) > 1 and not _ended(text):
            text = text[: text.rfind(whole[-1])].rstrip()
        return text

    def _request(self, messages: tuple[Message, ...], case: Case, turn: Turn, until: datetime, reply_to: ReplyTo, attempt: int) -> Completion:
        persona, sampler = case.persona, case.persona.sampler
        seed = None if self._seed is None else self._seed * 1_000_003 + turn.id * 101 + attempt
        return Completion(
            messages=messages, max_tokens=LONGEST_REPLY, temperature=sampler.temperature, top_p=sampler.top_p, min_p=sampler.min_p,
            repeat_penalty=sampler.repeat_penalty, owner=turn.person, seed=None if seed is None else seed % 2**31, stop=_STOPS,
            opening=first_words(case, turn.id, attempt), adapter=persona.model.adapter, seconds=max((until - self._clock.now()).total_seconds(), 0.0), on_wait=reply_to.waiting,
        )


def _told(request: Completion, verdict: Verdict) -> Completion:
    """The same once more, with what was wrong in the note that ends it."""
    *before, note = request.messages
    return replace(request, messages=(*before, replace(note, content=f"{note.content} {corrected(verdict)}")))


def _passes(said: str, sentence: str, case: Case) -> bool:
    """Marks alone are no answer; behind one they are."""
    return judge_sentence(sentence, case).passes and bool(words(said + sentence))


def _ended(text: str) -> bool:
    """Whether a text stops where somebody would stop: behind a mark or an emoji, not behind a letter or a comma."""
    return bool(text) and not text[-1].isalnum() and text[-1] not in ",;:-–—'’"


async def _tell(said: str, sentence: str, reply_to: ReplyTo) -> str:
    piece = sentence if not said else f" {sentence}"
    await reply_to.piece(piece)
    return said + piece


def _split_last(text: str) -> list[str]:
    """Whole sentences first, what is not finished yet last."""
    parts = sentences(text)
    if not parts:
        return [text]
    start = text.rfind(parts[-1])
    return [*(clean(p) for p in parts[:-1]), text[start:]]
