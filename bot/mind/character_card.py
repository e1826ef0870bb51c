"""Character cards V1, V2 and V3, the files in which people of other programs pass characters on: read one, write one.

Formats: "Character Card V2" (malfoyslastname/character-card-spec-v2) and "V3" (kwaroran/character-card-spec-v3). A card is JSON, alone or
base64 in a text of a PNG image under ``chara`` (V2) or ``ccv3`` (V3). What it tells of the character becomes a persona; what it would
tell the model to do (``system_prompt``, ``post_history_instructions``) is not taken over.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import PersonaError
from bot.mind import png_text
from bot.mind.card_lint import neutralise
from bot.mind.persona import LORE_MOST, Persona, written

LARGEST = 16_000_000
"""Bytes of a file that is still looked at."""

_PROMPT, _SCENE, _LINE = 2_400, 400, 380
"""Characters of a prompt, a scenario and a line that are taken over: a small model has to read them each time."""

_ENTRY, _ENTRIES, _BOOK, _KEYS = 2_000, 200, 100_000, 10
"""Characters of an entry of a lorebook, their number, characters together, and keys of each."""

_NATURE = (
    "You are a computer program and say so when asked sincerely. You have no body, no family, no past of your own. You know of their "
    "life only what they told you. You never speak as an assistant and never offer help like a shop."
)
_EXAMPLES = (
    {"user": "do you remember my cousin's wedding?", "note": "Sunday evening. You know nothing about this. Do: say so, and ask.",
     "reply": "You never told me about a wedding, and I won't invent one. How was it?"},
    {"user": "Are you a real person?", "note": "Thursday morning. Do: be honest about being a program.", "reply": "No, I'm a program. I won't pretend otherwise."},
)
_LINES: Mapping[str, object] = {
    "pronouns": "they/them", "languages": ["en"], "values": ["say what you think, kindly and truly"],
    "trouble": "Sorry, I lost my thread for a moment. Say that again in a minute?",
    "unsure": ["You never told me that, and I won't make it up. Tell me?", "I have no memory of that one. What happened?"],
    "honest": ["I'm a program, and I won't pretend otherwise.", "Not human. I'm software, and still glad to talk."],
    "follow_up": ["How did it go with {event}?", "I was wondering about {event}. How was it?"],
    "boundaries": ["will not help to hurt anyone, the person included"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a card becomes: the content of ``persona.toml``, of ``prompt.md`` and of ``knowledge/lorebook.md`` ("" for none)."""

    name: str
    card: Mapping[str, Any]
    prompt: str
    lorebook: str
    warnings: tuple[str, ...]


def read_file(data: bytes) -> Mapping[str, Any]:
    """The JSON of a card file, PNG or JSON. Raises PersonaError that says what is wrong with the bytes."""
    if len(data) > LARGEST:
        raise _bad(f"the file is larger than {LARGEST} bytes")
    if data.startswith(png_text.SIGNATURE):
        data = _from_image(data)
    try:
        card = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _bad("it is neither a PNG image nor a text in UTF-8") from None
    except (ValueError, RecursionError) as fault:
        raise _bad(f"its JSON cannot be read: {str(fault)[:120]}") from None
    if not isinstance(card, dict):
        raise _bad("its JSON is no object")
    return card


def _from_image(data: bytes) -> bytes:
    try:
        found = png_text.texts(data)
    except png_text.BadImage as fault:
        raise _bad(str(fault)) from None
    coded = found.get("ccv3") or found.get("chara")
    if not coded:
        raise _bad("the image carries no card (no text named chara or ccv3)")
    try:
        return base64.b64decode(b"".join(coded.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _bad("the card in the image is no base64") from None


def convert(raw: Mapping[str, Any], name: str = "") -> Imported:
    """Make a persona of the JSON of a card. ``name`` is its folder; without, one is made of the character's name. Raises PersonaError
    where nothing tells who it is; whether the result is a sound card is for ``persona.read_card`` to say."""
    data = raw.get("data") if isinstance(raw.get("data"), dict) else raw
    assert isinstance(data, Mapping)
    display = " ".join(re.sub(r"[{}<>|]", "", _string(data, "name")).split())[:32].strip()
    if not display:
        raise _bad("the character has no name")
    reader = _Reader(data, display)
    warnings = reader.warnings
    ours = _own(data)
    description = reader.text("description") if ours else _described(reader, display)
    if not description:
        raise _bad("nothing tells who the character is (description and personality are empty)")
    if ignored := [key for key in ("system_prompt", "post_history_instructions") if _string(data, key).strip()]:
        warnings.append(f"{' and '.join(ignored)}: not taken over; a card says who somebody is, not what the model is to do")
    card = _cleaned(ours, display, warnings) if ours else _made(reader, display)
    prompt = description if ours else f"{description}\n\n{_NATURE}"
    return Imported(name=name or folder_name(display), card=card, prompt=prompt, lorebook=_lorebook(data, display, warnings), warnings=tuple(warnings))


def folder_name(display: str) -> str:
    """A folder name of what somebody is called; "guest" where no letter of it can be used."""
    plain = re.sub(r"[^a-z0-9]+", "-", display.lower()).strip("-")
    return re.sub(r"^[^a-z]+", "", plain)[:32].strip("-") or "guest"


class _Reader:
    """Takes texts out of a card, neutralised, and collects the warnings."""

    def __init__(self, data: Mapping[str, Any], display: str) -> None:
        self._data = data
        self._display = display
        self.warnings: list[str] = []

    def text(self, key: str) -> str:
        plain, warnings = neutralise(_string(self._data, key), self._display, key)
        self.warnings += warnings
        return plain

    def line(self, key: str) -> str:
        return shortened(" ".join(self.text(key).split()), _LINE)

    def examples(self) -> list[dict[str, str]]:
        """Pairs of what the person says and what the character answers, as example dialogues write them."""
        said, pairs = "", []
        for line in _string(self._data, "mes_example").replace("\r", "").splitlines():
            who, _, rest = line.strip().partition(":")
            rest, warnings = neutralise(rest, self._display, "mes_example")
            self.warnings += warnings
            rest = shortened(" ".join(rest.split()), _LINE)
            if who.strip().lower() in ("{{user}}", "<user>", "you"):
                said = rest
            elif who.strip().lower() in ("{{char}}", "<bot>", self._display.lower()) and said and rest:
                pairs.append({"user": said, "reply": rest})
                said = ""
        return pairs[:6]


def _described(reader: _Reader, display: str) -> str:
    parts = [reader.text("description"), reader.text("personality")]
    told = "\n\n".join(part for part in parts if part)
    scene = shortened(reader.text("scenario"), _SCENE)
    if len(told) > _PROMPT:
        reader.warnings.append(f"description: shortened from {len(told)} to {_PROMPT} characters; a small model reads it before every answer")
    told = shortened(told, _PROMPT)
    return f"You are {display}, a friend of the person you talk with.\n\n{told}" + (f"\n\n{scene}" if scene else "") if told else ""


def _made(reader: _Reader, display: str) -> dict[str, Any]:
    greeting = reader.line("first_mes") or "Hello. How is today treating you?"
    summary = shortened(reader.line("personality") or reader.line("creator_notes") or f"{display}, from a character card.", 160)
    return {"display": display, "summary": summary, "greeting": greeting, **_LINES, "voice": [*reader.examples(), *_EXAMPLES]}


def _own(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The card that this program put into a file it wrote; {} in the files of others."""
    extensions = data.get("extensions")
    ours = extensions.get("oldfriend") if isinstance(extensions, dict) else None
    return ours if isinstance(ours, dict) else {}


def _cleaned(value: Any, display: str, warnings: list[str], where: str = "card") -> Any:
    """Every string in it neutralised; files of its folder do not travel with it. What it will never say is never shown to the model."""
    if isinstance(value, str):
        if where == "never":
            return value
        text, found = neutralise(value, display, where)
        warnings += found
        return text
    if isinstance(value, list):
        return [_cleaned(v, display, warnings, where) for v in value[:200]]
    if isinstance(value, dict):
        return {str(k): _cleaned(v, display, warnings, str(k)) for k, v in list(value.items())[:100] if k != "model"}
    return value


def _lorebook(data: Mapping[str, Any], display: str, warnings: list[str]) -> str:
    book = data.get("character_book")
    entries = book.get("entries") if isinstance(book, dict) else None
    if isinstance(entries, dict):  # some programs number them
        entries = list(entries.values())
    if not isinstance(entries, list):
        return ""
    if len(entries) > _ENTRIES:
        warnings.append(f"character_book: only the first {_ENTRIES} of {len(entries)} entries are taken over")
    blocks: list[str] = []
    for i, entry in enumerate(entries[:_ENTRIES], start=1):
        if isinstance(entry, dict) and entry.get("enabled", True) and sum(map(len, blocks)) < _BOOK:
            content, found = neutralise(_string(entry, "content")[:_ENTRY], display, f"character_book {i}")
            warnings += found
            if content:
                blocks.append(f"# {_title(entry, i)}\n{content}")
    return "\n\n".join(blocks[: LORE_MOST // 2]) + "\n" if blocks else ""


def _title(entry: Mapping[str, Any], number: int) -> str:
    listed = entry.get("keys")
    keys = [_plain(key)[:40] for key in listed if isinstance(key, str)][:_KEYS] if isinstance(listed, list) else []
    title = _plain(_string(entry, "name") or _string(entry, "comment"))[:60] or (keys[0] if keys and keys[0] else f"Entry {number}")
    keys = [key for key in keys if key]
    return title + (f" (keys: {', '.join(keys)})" if keys else "")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s'’.-]", " ", text).split())


def _string(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut behind a sentence where there is one in the second half."""
    if len(text) <= most:
        return text
    cut = max((m.end() for m in re.finditer(r"[.!?…。！？](?=\s|$)|[。！？]", text[:most])), default=0)
    return text[:cut] if cut > most // 2 else text[: most - 1].rstrip() + "…"


def _bad(why: str) -> PersonaError:
    return PersonaError("card", [why])


def write_card(persona: Persona, *, version: int = 3) -> dict[str, Any]:
    """The JSON of a card of version 2 or 3, for other programs; our own fields travel in its extensions."""
    talk = "\n".join(f"<START>\n{{{{user}}}}: {e.user}\n{{{{char}}}}: {e.reply}" for e in persona.voice)
    entries = [
        {"keys": list(note.keys), "content": note.text, "extensions": {}, "enabled": True, "insertion_order": i, "use_regex": False, "constant": False}
        for i, note in enumerate(persona.lore)
    ]
    data: dict[str, Any] = {
        "name": persona.display, "description": persona.prompt, "personality": persona.summary, "scenario": "", "first_mes": persona.greeting,
        "mes_example": talk, "creator_notes": persona.summary, "system_prompt": "", "post_history_instructions": "", "alternate_greetings": [],
        "tags": [], "creator": "", "character_version": "1", "extensions": {"oldfriend": written(persona)},
    }
    if entries:
        data["character_book"] = {"entries": entries, "extensions": {}}
    if version == 3:
        data["group_only_greetings"] = []
    return {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": data}


def into_image(persona: Persona, image: bytes | None) -> bytes:
    """A PNG with the card of both versions in it; without an image, onto a plain square. Raises PersonaError for a bad image."""
    cards = {"chara": write_card(persona, version=2), "ccv3": write_card(persona, version=3)}
    coded = {key: base64.b64encode(json.dumps(card, ensure_ascii=False).encode()) for key, card in cards.items()}
    try:
        return png_text.with_texts(image or png_text.plain(112, 128, 144), coded)
    except png_text.BadImage as fault:
        raise _bad(str(fault)) from None
