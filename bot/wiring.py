"""The one composition root: settings in, a working companion out; everything that was opened is closed in reverse order."""

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import psutil

from bot.config import ROOT, Model, Settings
from bot.edges.allocator import give_back_large_blocks
from bot.edges.clock import SystemClock
from bot.edges.embedder import LocalEmbedder
from bot.edges.emotion import LocalEmotionReader
from bot.edges.llama import Tuning, open_llama
from bot.edges.models import Catalogue, Entry, Progress, choose_auto
from bot.edges.operations.checks import (
    backups_fresh,
    clock_steady,
    database_writes,
    memory_left,
    model_answers,
    room_left,
)
from bot.edges.painter import PlotPainter
from bot.edges.persona_files import PersonaFiles
from bot.edges.plugins import ConsoleHost, Plugin, discover, discover_cogs
from bot.edges.scheduler import Scheduler
from bot.edges.store import Key, Store, open_store
from bot.flows.attend import Attend
from bot.flows.converse import Converse
from bot.flows.floor import Floor
from bot.flows.forget import Forget
from bot.flows.inbox import Inbox
from bot.flows.interests import Interests
from bot.flows.interview import Interviewer
from bot.flows.keep import Keep
from bot.flows.lore import Lore
from bot.flows.model_words import ModelWords
from bot.flows.permission import Permission
from bot.flows.pictures import Pictures
from bot.flows.reach_out import ReachOut
from bot.flows.recollect import Recollect
from bot.flows.reembed import reembed
from bot.flows.reflect import Reflect
from bot.flows.remember import Remember
from bot.flows.speak import Speak
from bot.flows.stand_by import HelpLines
from bot.flows.supervise import Supervisor
from bot.flows.template_words import TemplateWords
from bot.flows.transfer import Transfer
from bot.flows.wardrobe import Wardrobe
from bot.flows.watch import Watch
from bot.mind.crisis_help import own_numbers
from bot.mind.events import Consent, private_audience
from bot.mind.permission import KEY
from bot.mind.proposals import BUILT_IN
from bot.mind.restraint import Rules
from bot.mind.times import warm as warm_calendar
from bot.moe.warm_start import warm_start
from bot.ports import (
    Archives,
    Clock,
    Embedder,
    EmotionReader,
    Forgetful,
    Forgetting,
    LanguageModel,
    Memories,
    Messenger,
    People,
    Summaries,
)
from bot.renewal import Renewal
from bot.sdk import Companion

if TYPE_CHECKING:
    from bot.edges.operations.meters import Meters

log = logging.getLogger(__name__)


class _ChatModel(LanguageModel, Forgetful, Protocol): ...


@dataclass(frozen=True, slots=True)
class Records:
    """What is remembered, without anybody to talk to."""

    memories: Memories
    forgetting: Forgetting
    people: People
    archives: Archives
    summaries: Summaries
    clock: Clock


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[Records]:
    """Only the database. Raises StoreError."""
    async with _store(settings) as store:
        yield Records(store.memories, store.forgetting, store.people, store.archives, store.summaries, SystemClock())


@asynccontextmanager
async def open_transfer(settings: Settings, progress: Progress, person: str) -> AsyncIterator[Transfer]:
    """Export and import, without anybody to talk to. ``person`` sits at this computer: to bring something is to say yes to being remembered, for
    whoever did not say no. Raises ModelError, StoreError."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(_store(settings))
        if await store.people.setting(person, KEY) is None:
            await store.people.set_setting(person, KEY, "yes")
        embedder = LocalEmbedder(await catalogue_of(settings).pull(settings.embedding.name, progress), name=settings.embedding.name)
        stack.push_async_callback(embedder.aclose)
        yield Transfer(store.archives, embedder, store.people, SystemClock())


@asynccontextmanager
async def open_companion(
    settings: Settings,
    *,
    plugins: bool,
    messenger: Messenger,
    confirm: Callable[[Entry], bool],
    progress: Progress,
    seed: int | None = None,
    tell_owner: Callable[[str], Awaitable[None]] | None = None,
    renewal: Renewal | None = None,
) -> AsyncIterator[Companion]:
    """The whole companion at work. ``plugins`` sets them up without Discord; a Gateway does it with.

    ``confirm`` is asked before a large download, ``progress`` told of every download, ``tell_owner`` takes a word to whoever runs it when
    something is wrong, ``renewal`` what can change while it runs. Raises ModelError, StoreError, PersonaError; ConfigError when ``operations.port`` is taken.
    """
    give_back_large_blocks()
    async with AsyncExitStack() as stack:
        # The database first: a fault there is found before anything is downloaded.
        store = await stack.enter_async_context(_store(settings))
        catalogue = catalogue_of(settings)
        opening = await _chat_model(settings, catalogue, confirm, progress)
        embedder_folder = await catalogue.pull(settings.embedding.name, progress)
        embedder = LocalEmbedder(embedder_folder, name=settings.embedding.name)
        stack.push_async_callback(embedder.aclose)
        emotions = LocalEmotionReader(embedder_folder) if LocalEmotionReader.fits(embedder_folder) else None
        if emotions is not None:
            stack.push_async_callback(emotions.aclose)
        model = await stack.enter_async_context(opening)
        supervisor = await stack.enter_async_context(Supervisor())
        meters = _meters(settings)
        companion, speak, remember, reflect = _companion(settings, store, model, embedder, emotions, messenger, supervisor, seed, meters, renewal)
        watch = _watch(settings, store, model, companion, tell_owner)
        if meters is not None:
            await _open_page(stack, settings, meters, companion, watch)
        # No usable card at all is found now, not at the first message.
        persona = await companion.wardrobe.worn("", private_audience(""))
        if plugins:
            await _set_up(found_plugins(), companion)
        await stack.enter_async_context(Scheduler(companion.reach_out, companion.clock, supervisor))
        supervisor.start(speak.warm(persona), name="read the persona", timeout=300)
        supervisor.start(reflect.watch(), name="wait for quiet", timeout=None)
        supervisor.start(store.backups.watch(), name="backups", timeout=None)
        supervisor.start(watch.keep_looking(), name="look after itself", timeout=None)
        supervisor.start(reembed(store.spaces, embedder, _tell_moved), name="embed anew", timeout=None)
        supervisor.start(embedder.warm(), name="load the embedder", timeout=120)
        supervisor.start(asyncio.to_thread(warm_calendar), name="load the calendar", timeout=120)
        if emotions is not None:
            supervisor.start(emotions.warm(), name="load the emotion reader", timeout=120)
        await remember.start_all()
        yield companion


@asynccontextmanager
async def open_interviewer(settings: Settings, *, confirm: Callable[[Entry], bool], progress: Progress, seed: int | None) -> AsyncIterator[Interviewer]:
    """Somebody to interview personas with the real model and the real reply path, on a database of its own that is thrown away. Raises
    ModelError."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        clock = SystemClock()
        store = await stack.enter_async_context(open_store(home / "interview.db", clock=clock))
        catalogue = catalogue_of(settings)
        opening = await _chat_model(settings, catalogue, confirm, progress)
        embedder = LocalEmbedder(await catalogue.pull(settings.embedding.name, progress), name=settings.embedding.name)
        stack.push_async_callback(embedder.aclose)
        model = await stack.enter_async_context(opening)
        yield Interviewer(model, Speak(model, Recollect(store.memories, embedder, clock), clock, Lore(embedder), seed=seed), clock)


async def run_discord(settings: Settings, *, renewal: Renewal, confirm: Callable[[Entry], bool], progress: Progress) -> None:
    """Serve Discord until cancelled. Raises ConfigError for a wrong token, and what ``open_companion`` raises."""
    from bot.edges.discord.gateway import Gateway

    token = settings.discord.token
    assert token is not None, "the caller saw a token"
    gateway = Gateway(
        token=token.get_secret_value(), api_base=settings.discord.api_base, gateway_url=settings.discord.gateway or "",
        plugins=found_plugins(), registered=settings.database.with_name("commands.sha256"),
        replies=settings.discord.replies,
        shards=settings.discord.shards,
    )
    await gateway.check_token()  # before minutes go by with models
    renewal.on(("discord.replies",), lambda new: gateway.answer_with(new.discord.replies))
    opening = open_companion(
        settings, plugins=False, messenger=gateway.messenger, confirm=confirm, progress=progress, tell_owner=gateway.messenger.tell_owner,
        renewal=renewal,
    )
    async with opening as companion:
        companion.supervisor.start(renewal.keep(gateway.messenger.tell_owner), name="settings", timeout=None)
        await gateway.run(companion)


def catalogue_of(settings: Settings) -> Catalogue:
    """The models folder of these settings."""
    return Catalogue(settings.models.dir, builders={"tiny-moe": _build_tiny_moe})


def tuning_of(model: Model) -> Tuning:
    """How the model runs, as far as it was set by hand."""
    switch = {"auto": None, "on": True, "off": False}
    return Tuning(
        parallel=model.parallel or None, chunk=model.batch or None, cells=model.cells or None,
        kv_type=None if model.kv_type == "auto" else model.kv_type, mmap=switch[model.mmap],
        gpu_layers=None if model.gpu_layers < 0 else model.gpu_layers, experts_on_cpu=switch[model.experts_on_cpu],
        kept_bytes=None if model.kept_mb < 0 else model.kept_mb * 1_000_000,
    )


def found_plugins() -> tuple[Plugin, ...]:
    """Those that can be imported; the others have been reported."""
    return discover(ROOT / "plugins")[0] + discover_cogs(ROOT / "personas")[0]


def _store(settings: Settings) -> AbstractAsyncContextManager[Store]:
    newcomer = Consent(
        person="", per_day=settings.reach_out.per_day, quiet_start=settings.reach_out.quiet_start, quiet_end=settings.reach_out.quiet_end
    )
    return open_store(
        settings.database, clock=SystemClock(), key=Key.of(settings.database_key), exact_limit=settings.memory.exact_limit, newcomer=newcomer,
        asks_first=True,
    )


def _tell_moved(done: int, total: int) -> None:
    log.info("memories move to the new embedding model: %d of %d", done, total)


def _build_tiny_moe(dense: Path, out: Path) -> None:
    warm_start(dense, out, experts=4, used=2)


async def _chat_model(
    settings: Settings, catalogue: Catalogue, confirm: Callable[[Entry], bool], progress: Progress
) -> AbstractAsyncContextManager[_ChatModel]:
    """On a server when one is set; then nothing is fetched."""
    server = settings.server
    if server.base_url:
        from bot.edges.openai_api import open_openai_api

        log.info("what people say goes to the model server at %s", server.base_url)
        return open_openai_api(
            server.base_url, model=server.model, key=server.key.get_secret_value() if server.key else None,
            context_tokens=server.context_tokens, patience=server.timeout,
        )
    file = await _chat_file(settings, catalogue, confirm, progress)
    model = settings.model
    return open_llama(file, context_tokens=model.context_tokens, threads=model.threads or None, tuning=tuning_of(model))


async def _chat_file(settings: Settings, catalogue: Catalogue, confirm: Callable[[Entry], bool], progress: Progress) -> Path:
    name = settings.model.name
    if name != "auto":
        return await catalogue.pull(name, progress)
    entry, why = choose_auto(
        catalogue, ram_bytes=psutil.virtual_memory().total, hub_reachable=await catalogue.hub_reachable(), confirm=confirm
    )
    log.info("%s", why)
    return await catalogue.pull(entry.name, progress)


def _meters(settings: Settings) -> "Meters | None":
    """Nothing is measured where nobody could look at it."""
    if not settings.operations.port:
        return None
    from bot.edges.operations.meters import Meters

    return Meters()


async def _open_page(stack: AsyncExitStack, settings: Settings, meters: "Meters", companion: Companion, watch: Watch) -> None:
    from bot.edges.operations.page import LOOPBACK, open_page

    stack.enter_context(meters.counting_errors())
    meters.watch_queue(lambda: companion.inbox.waiting)
    port = await stack.enter_async_context(open_page(settings.operations.port, meters.page, watch.wrong))
    log.info("numbers at http://%s:%d/metrics, and whether it is well at /healthz", LOOPBACK, port)


def _watch(
    settings: Settings, store: Store, model: LanguageModel, companion: Companion, tell_owner: Callable[[str], Awaitable[None]] | None
) -> Watch:
    clock = companion.clock
    checks = {
        "disk": room_left(settings.home), "memory": memory_left(), "database": database_writes(store.people, clock),
        "backups": backups_fresh(store.backups.made, clock, clock.now(), lambda: store.backups.fault), "clock": clock_steady(store.people, clock),
        "language model": model_answers(model),
    }
    return Watch(checks, clock=clock, people=store.people, tell=tell_owner)


def _companion(
    settings: Settings, store: Store, chat_model: _ChatModel, embedder: Embedder, emotions: EmotionReader | None, messenger: Messenger,
    supervisor: Supervisor, seed: int | None, meters: "Meters | None", renewal: Renewal | None,
) -> tuple[Companion, Speak, Remember, Reflect]:
    clock = SystemClock()
    diary = store.diary
    model: LanguageModel = chat_model
    if meters is not None:
        model, embedder, diary = meters.model(model), meters.embedder(embedder), meters.diary(diary)
    wardrobe = Wardrobe(store.people, PersonaFiles(ROOT / "personas"), settings.persona.default)
    recollect = Recollect(store.memories, embedder, clock)
    reach_out = ReachOut(
        clock=clock, people=store.people, memories=store.memories, proposals=store.proposals, outbox=store.outbox, diary=diary,
        turns=store.turns, messenger=messenger, words=ModelWords(model, wardrobe, store.people, seed=seed), plain_words=TemplateWords(wardrobe),
        sources=BUILT_IN, interests=Interests(wardrobe), rules=_rules(settings),
    )
    attend = Attend(store.people, emotions)
    remember = Remember(
        model=model, embedder=embedder, turns=store.turns, memories=store.memories, people=store.people, reach_out=reach_out,
        supervisor=supervisor, attend=attend,
    )
    speak = Speak(model, recollect, clock, Lore(embedder), seed=seed, attend=attend)
    turns_days = settings.memory.turns_days
    reflect = Reflect(
        clock=clock, memories=store.memories, people=store.people, fading=store.fading, summaries=store.summaries, embedder=embedder,
        model=model, supervisor=supervisor, turns_for=timedelta(days=turns_days) if turns_days else None,
    )
    forget = Forget(store.forgetting, store.memories, store.people, remember.drop, remember.start, chat_model)
    permission = Permission(clock=clock, people=store.people, memories=store.memories, forget=forget, remember=remember.start)
    converse = Converse(
        clock=clock, turns=store.turns, people=store.people, diary=diary, wardrobe=wardrobe,
        speak=speak, memories=store.memories, remember=remember, reach_out=reach_out, attend=attend, reflect=reflect, permission=permission,
        help_lines=_help_lines(settings),
    )
    if renewal is not None:
        renewal.on(("persona.default",), lambda new: wardrobe.offer(new.persona.default))
        renewal.on((f"reach_out.{key}" for key in ("gap_hours", "per_week", "live_minutes", "unanswered")), lambda new: reach_out.obey(_rules(new)))
        renewal.on(("crisis.country", "crisis.numbers"), lambda new: converse.use_help_lines(_help_lines(new)))
    companion = Companion(
        clock=clock, turns=store.turns, memories=store.memories, people=store.people, diary=diary, proposals=store.proposals,
        outbox=store.outbox, inbox=Inbox(supervisor, converse if meters is None else meters.hears(converse)), floor=Floor(store.people, wardrobe, diary),
        recollect=recollect, forget=forget, permission=permission, residents=store.residents,
        pictures=Pictures(
            PlotPainter(), clock=clock, people=store.people, diary=store.diary, memories=store.memories, outbox=store.outbox, proposals=store.proposals
        ),
        transfer=Transfer(store.archives, embedder, store.people, clock),
        keep=Keep(
            clock=clock, turns=store.turns, memories=store.memories, keeping=store.keeping, forgetting=store.forgetting, people=store.people,
            diary=diary, embedder=embedder, reach_out=reach_out,
        ),
        reach_out=reach_out, wardrobe=wardrobe, supervisor=supervisor, model_server=urlsplit(settings.server.base_url).hostname or "",
        turns_days=turns_days,
    )
    return companion, speak, remember, reflect


def _help_lines(settings: Settings) -> HelpLines:
    return HelpLines(settings.crisis.country, own_numbers(settings.crisis.numbers))


def _rules(settings: Settings) -> Rules:
    chosen = settings.reach_out
    return replace(
        Rules(), gap=timedelta(hours=chosen.gap_hours), per_week=chosen.per_week, live=timedelta(minutes=chosen.live_minutes), unanswered=chosen.unanswered,
    )


async def _set_up(plugins: tuple[Plugin, ...], companion: Companion) -> None:
    host = ConsoleHost(companion)
    for plugin in (plugin for plugin in plugins if not plugin.persona):  # nobody types the commands of a persona
        try:
            await plugin.setup(host)
        except Exception as fault:  # noqa: BLE001 - a plugin is other people's code; the companion works without it
            log.error("plugin %s was skipped: %s", plugin.name, type(fault).__name__)
