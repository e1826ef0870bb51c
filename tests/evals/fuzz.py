"""``python -m tests.evals.fuzz [COUNT [SEED]]``: COUNT inputs (1,000,000) for everything that reads bytes from outside: sound ones that were cut,
doubled, swapped, filled with odd values or with noise. Each has to be read, or refused in our own words, within ``PATIENCE``.
"""

import asyncio
import json
import random
import re
import sys
import tempfile
import time
import tomllib
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from bot.config import ROOT, load
from bot.edges.llama.weights import read_weights
from bot.edges.openai_api.answers import Complaint, Count, Listing, events
from bot.edges.store import graph_file
from bot.errors import OldfriendError
from bot.mind.approach import tally_of
from bot.mind.archive import read_document
from bot.mind.character_card import convert, read_file
from bot.mind.events import Turn
from bot.mind.extraction import entries_of, verify
from bot.mind.persona import read_card
from bot.mind.speech import clean, split
from bot.mind.standing import Standing, standing_of
from bot.mind.times import resolve
from tests.fakes.clock import START
from tests.mind.test_archive import document
from tests.mind.test_character_card import ARIA, CODED, chunk, image

PATIENCE = 5.0
"""Seconds of the processor; the slowest take a few hundredths."""

_SAID = Turn(person="p", speaker="Ann", text="I moved to Bergen on Friday, and my exam is tomorrow at 10.", said_at=START, audience="dm:p", conversation="c")
_ODD: tuple[object, ...] = (
    None, True, 0, -1, 2**63, 1e308, "", " ", "\x00", "\ud800", "NaN", "../..", "{}", [], {}, [[]], "9" * 400, "a" * 5000, "\u202e", "2026-13-45", "0001-01-01T00:00:00+00:00",
)


@dataclass(frozen=True, slots=True)
class Parser:
    """``refuses`` is what it may raise: words for somebody, or what its caller takes for a refusal."""

    name: str
    seeds: tuple[bytes, ...]
    parse: Callable[[bytes], object]
    refuses: tuple[type[Exception], ...] = (OldfriendError,)
    every: int = 1
    """One input of so many: those that need a file are slow."""


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


def _card(data: bytes) -> object:
    made = convert(read_file(data))
    return read_card(made.name, made.card, made.prompt)


def _persona(data: bytes) -> object:
    try:
        return read_card("mika", tomllib.loads(_text(data)), "You are Mika.")
    except tomllib.TOMLDecodeError:
        return None  # its caller's own refusal


def _extraction(data: bytes) -> object:
    return verify(entries_of(_text(data)) or [], _SAID, "Europe/Oslo")


def _server(data: bytes) -> object:
    """An answer of a model server, as its client reads it."""

    async def lines(data: bytes) -> list[str]:
        async def each() -> AsyncIterator[bytes]:
            for line in data.splitlines(keepends=True):
                yield line

        async with aclosing(events(each())) as found:
            return [event async for event in found]

    found = asyncio.run(lines(data)) if data.startswith(b"data") else []
    return found, [kind.model_validate_json(data) for kind in (Listing, Count, Complaint)]


def _speech(data: bytes) -> object:
    text = clean(_text(data))
    pieces = split(text)
    assert all(0 < len(piece) <= 2000 for piece in pieces)
    return pieces


def parsers(folder: Path) -> tuple[Parser, ...]:
    """All of them; ``folder`` is for those that read files."""

    def file(data: bytes, name: str) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    def index(data: bytes) -> object:
        file(data, "g.json")
        file(data[::-1], "g.hnsw")
        return graph_file.load(folder / "g", "m", 8)

    example = (ROOT / "oldfriend.example.toml").read_text(encoding="utf-8")
    live = re.sub(r"(?m)^# (\w+ = )", r"\1", example).encode()
    cards = (json.dumps(ARIA).encode(), json.dumps({"spec": "chara_card_v2", "data": ARIA}).encode())
    pictures = (
        image(chunk(b"tEXt", b"chara\0" + CODED)), image(chunk(b"zTXt", b"chara\0\0" + zlib.compress(CODED))),
        image(chunk(b"iTXt", b"chara\0\1\0\0\0" + zlib.compress(CODED))),
    )
    event = {"quote": "I moved to Bergen on Friday", "kind": "experience", "gist": "They moved.", "emotion": "joy", "importance": 7, "when": "Friday"}
    header = {"change": 3, "model": "m", "width": 8, "stored": 1, "ids": [1], "digest": "0" * 64}
    gguf = b"GGUF" + (3).to_bytes(4, "little") + (1).to_bytes(8, "little") * 2 + (20).to_bytes(8, "little") + b"general.architecture" + (8).to_bytes(4, "little") + (5).to_bytes(8, "little") + b"llama" + bytes(80)
    own = json.dumps({"comfort/question": [3, 1.5]}).encode()
    return (
        Parser("character card", cards, _card),
        Parser("card in a picture", pictures, _card),
        Parser("export", (document(),), lambda data: read_document(data, "discord:1")),
        Parser("persona", tuple((ROOT / "personas" / name / "persona.toml").read_bytes() for name in ("mika", "crake")), _persona, every=4),
        Parser("settings", (live,), lambda data: load(file(data, "oldfriend.toml"), {}, None), every=8),
        Parser("extraction", (json.dumps({"events": [event, event]}).encode(),), _extraction, every=4),
        Parser("model server", (b'data: {"a": 1}\n\n: note\ndata: [DONE]\n', b'{"data": [{"id": "m", "meta": {"n_ctx": 4096}}]}', b'{"error": {"message": "no"}}'), _server, (ValueError, ValidationError)),
        Parser("what was learned", (own,), lambda data: tally_of(_text(data))),
        Parser("how it stands", (Standing().written().encode(),), lambda data: standing_of(_text(data))),
        Parser("message", ("Hello **you** 👩‍👩‍👧 `code`\n```py\nprint(1)\n```\n".encode() * 30,), _speech, every=2),
        Parser("time", (b"next Friday at 10", b"in 3 weeks", b"on the 31st of February 2026", b"from 3 to 10 July"), lambda data: resolve(_text(data)[:200], START, "Europe/Oslo"), every=40),
        Parser("index", (json.dumps(header).encode(),), index, every=8),
        Parser("model file", (gguf,), lambda data: read_weights(file(data, "m.gguf")), (ValueError,), every=8),
    )


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """A sound input, and one to four things done to it."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(7):
            case 0:
                del data[at:]
            case 1:
                data[at:at] = data[chance.randrange(len(data) + 1) :][: chance.randint(1, 400)]
            case 2:
                data[at : at + chance.randint(1, 40)] = chance.randbytes(chance.randint(0, 40))
            case 3 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 4:
                data[at : at + 8] = chance.choice((0, 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)).to_bytes(8, chance.choice(("little", "big")))
            case 5:
                data[at:at] = chance.choice((b"[", b"{", b'"', b"\\u0000", b"\xff", b"\r\n", b"=")) * chance.choice((1, 3, 300))
            case _:
                data = bytearray(_odd(bytes(data), chance))
    return bytes(data)


def _odd(data: bytes, chance: random.Random) -> bytes:
    """JSON with one value in it replaced; as it was where it is none."""
    try:
        whole = {"": json.loads(data)}
    except (ValueError, RecursionError):
        return data
    node: object = whole
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []
        key = chance.choice(keys)
        below = node[key]  # type: ignore[index]  # a key of it
        if not (isinstance(below, dict | list) and below) or chance.random() < 0.2:
            node[key] = chance.choice(_ODD)  # type: ignore[index]  # the same
            return json.dumps(whole[""]).encode("utf-8", errors="surrogatepass")
        node = below


def main(count: int = 1_000_000, seed: int = 1) -> tuple[Counter[str], list[str]]:
    """Inputs by parser, those refused counted apart; and what went wrong, with what it takes to see it again."""
    chance, told, wrong = random.Random(seed), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        every = parsers(Path(folder))
        for number in range(count):
            parser = every[number % len(every)]
            if parser.every > 1 and chance.randrange(parser.every):
                parser = every[0]
            data = mutated(chance.choice(parser.seeds), chance)
            begun = time.process_time()
            try:
                parser.parse(data)
            except parser.refuses:
                told[f"{parser.name}, refused"] += 1
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is what is looked for
                wrong.append(f"{parser.name}: {type(fault).__name__}: {fault!s:.200} on {data[:300]!r}")
            if time.process_time() - begun > PATIENCE:
                wrong.append(f"{parser.name}: took too long on {data[:300]!r}")
            told[parser.name] += 1
    return told, wrong


if __name__ == "__main__":
    counts, faults = main(*(int(argument) for argument in sys.argv[1:]))
    sys.stdout.write("".join(f"{name}: {number}\n" for name, number in sorted(counts.items())))
    sys.stdout.write("".join(f"{fault}\n" for fault in faults[:20]) + f"{len(faults)} wrong\n")
    sys.exit(1 if faults else 0)
