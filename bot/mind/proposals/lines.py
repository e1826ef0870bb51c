"""What is said for a proposal that is not a follow-up. Plain lines: a small model asked for good wishes asks questions."""

from bot.mind.event_phrase import UNNAMED, event_phrase
from bot.mind.events import Memory

_LONGEST_QUOTE = 120

_LINES = {
    "good_wishes": ("Good luck with {event}. Tell me about it afterwards, if you like.", "Good luck with what you have coming up."),
    "deadline": ("{Event} is close now. How is it coming along?", "What you have to finish is nearly due. How is it coming along?"),
    "birthday": ("Happy birthday! I hope it is a good one.", "Happy birthday! I hope it is a good one."),
    "anniversary": ("A year ago today it was {event}. I still think that was something.", "A year ago you told me this: “{quote}” I still think that was something."),
    "open_question": ("You were turning something over the other day: “{quote}” Where have you got to?",) * 2,
    "care": ("You had a hard day. How are you now?",) * 2,
    "shared_interest": ("I was thinking of something you told me: “{quote}” I like that too. What got you into it?",) * 2,
    "promise": ("As you asked: “{quote}”",) * 2,
}
_ANY = ("I was thinking of {event}. How is it going?", "I was thinking of something you told me: “{quote}” How is it going?")


def line_for(source: str, memory: Memory) -> str:
    """The words for a proposal of this source; those of plugins get words that fit any."""
    named, unnamed = _LINES.get(source, _ANY)
    event = event_phrase(memory) if memory.happens_at else UNNAMED  # "loves cats" is no event
    line = unnamed if event == UNNAMED else named
    return line.format(event=event, Event=event[:1].upper() + event[1:], quote=_quoted(memory.quote))


def _quoted(words: str) -> str:
    """Their own words; without the question marks, since a message asks one question at most."""
    plain = " ".join(words.replace("?", "").replace("？", "").split())
    return plain if len(plain) <= _LONGEST_QUOTE else plain[: _LONGEST_QUOTE - 1].rstrip() + "…"
