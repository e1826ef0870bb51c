"""Their words as the companion would put them: in the third person with days by their dates for a gist, in the second person for
the note, where a small model takes "I have an ulcer" for its own and "you have an ulcer" for theirs.

"I'm seeing the dentist tomorrow" becomes "They are seeing the dentist on Saturday 21 November 2026". *They* and *you* need no other
verb forms than "are" and "were", so that rules do it reliably.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.mind.times import When, find_time, precision

_THIRD = {
    "i'm": "they are", "im": "they are", "i am": "they are", "am i": "are they", "i was": "they were", "was i": "were they", "i've": "they have",
    "ive": "they have", "i'd": "they would", "i'll": "they will", "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
    "we're": "they are", "we've": "they have", "we'd": "they would", "we'll": "they will", "we": "they", "us": "them", "our": "their",
    "ours": "theirs", "ourselves": "themselves",
}
_YOU = {"they": "you", "them": "you", "their": "your", "theirs": "yours", "themselves": "yourself"}
_SECOND = {said: " ".join(_YOU.get(word, word) for word in form.split()) for said, form in _THIRD.items()}
_SPEAKER = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _THIRD), key=len, reverse=True)) + r")\b(?!')", re.IGNORECASE)
_LEAD = re.compile(r"^(?:(?:(?:hi+|hey+|hello|lol|haha+|btw)\b[\s,!.]+)|(?:(?:yo|ok(?:ay)?|so|well|oh|and|but|yes|no|yeah)\b\s*[,!.]+\s*))+", re.IGNORECASE)
_FILLER = re.compile(r",? ?\b(?:by the way|btw|haha+|lol|tbh|to be honest|you know)\b,?(?= |$)", re.IGNORECASE)


def retell(quote: str, when: When | None, zone: str) -> str:
    """One sentence about the person. A quote in which they do not speak of themselves is given as a quote."""
    dated = _dated(_plain(quote), when, zone)
    told, changes = _SPEAKER.subn(lambda m: m[0] if m[0] == "US" else _THIRD[m[0].lower()], dated)
    told = " ".join(told.split()).strip(" ,;:-")
    if not changes or not told:
        return f"They said: “{quote.strip()}”"
    return told[0].upper() + told[1:] + ("" if told[-1] in ".!?" else ".")


def retold(quote: str, words: Sequence[str], said_at: datetime, happens_at: datetime | None) -> tuple[str, str]:
    """Quote and gist of a memory that has lost some of the words that it rested on, from the ``words`` that are left, the newest last. The
    quote stays if it is among them; the gist, which may tell of what is lost, is made anew."""
    kept = quote if any(quote in said or said in quote for said in words) else words[-1]
    when = find_time(kept, said_at, "UTC")
    return kept, retell(kept, replace(when, at=happens_at) if when and happens_at else when, "UTC")


def address(quote: str) -> str:
    """The quote said back to the person: "my knee is bad" -> "your knee is bad"."""
    return _SPEAKER.sub(lambda m: m[0] if m[0] == "US" else _SECOND[m[0].lower()], _plain(quote)).strip()


def _plain(quote: str) -> str:
    """Without "hey," and "by the way"."""
    return _LEAD.sub("", _FILLER.sub("", quote.replace("’", "'")).strip())


def _dated(quote: str, when: When | None, zone: str) -> str:
    """The words for the time replaced by the date that they meant; what is a date already stays."""
    if when is None or re.search(r"\d{4}", when.words):
        return quote
    said = rf"(\b(?:to|till|until|for|since) )?\b{re.escape(when.words.replace('’', chr(39)))}\b"
    date = _date_words(when, zone) if when.until is None else f"from {_day(when.at, zone)} to {_day(when.until, zone)}"
    return re.sub(said, lambda m: m[1] + date.removeprefix("on ") if m[1] else date, quote, count=1, flags=re.IGNORECASE)


def _date_words(when: When, zone: str) -> str:
    """ "on Friday 20 November 2026 at 10:00", no more exactly than it was said."""
    local = when.at.astimezone(ZoneInfo(zone))
    if precision(when.words).days > 7:
        return f"in {local:%Y}" if re.search(r"\d{4}$", when.words) and local.month == local.day == 1 else f"in {local:%B %Y}"
    told_hour = when.has_hour and re.search(r"\d|noon|midnight|hour|minute", when.words, re.IGNORECASE)
    return f"on {_day(when.at, zone)}" + (f" at {local:%H:%M}" if told_hour else "")


def _day(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}"
