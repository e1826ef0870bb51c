"""How to name an event to the person it belongs to: "Has a chemistry final on Friday at 10." -> "your chemistry final"."""

import re

from bot.mind.events import Memory

UNNAMED = "it"
"""What an event is called when no name for it can be found: "how did it go?"."""

_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:tomorrow|today))"
_PART = r"(?:morning|afternoon|evening|night)"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_NTH = r"\d{1,2}(?:st|nd|rd|th)"
_COUNT = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of)"
_WHEN = re.compile(
    rf"""\b(?:
        (?:on\s+)?(?:(?:this|next|coming|the\s+day\s+after)\s+)?{_DAY}(?:\s+{_PART})? | tonight | soon
      | (?:later\s+)?(?:this|next|in\s+the)\s+(?:{_PART}|week(?:end)?|month|year)
      | in\s+(?:about\s+)?{_COUNT}\s+(?:minute|hour|day|week|month)s?
      | (?:on\s+|in\s+)?(?:the\s+)?(?:{_NTH}\s+(?:of\s+)?{_MONTH}|\d{{1,2}}\s+{_MONTH}|{_MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?)\b(?:,?\s+\d{{4}})?
      | on\s+the\s+{_NTH} | (?:on\s+)?\d{{4}}-\d{{2}}-\d{{2}}
      | (?:(?:at|around|from|by|until)\s+)?(?:about\s+)?(?:\d{{1,2}}[:h]\d{{2}}(?:\s*[ap]\.?m\b\.?)?|\d{{1,2}}\s*(?:[ap]\.?m\b\.?|o'?clock\b)|noon|midnight)
      | (?:at|around|by)\s+\d{{1,2}}\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CLAUSE = re.compile(r"[,;!?]|\.(?=\s|$)|\s(?:and|but|so|because|since)\s+(?=(?:i|he|she|they|we|it)\b)", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|but|so|well|oh|hey|guess what)\s+", re.IGNORECASE)
_SUBJECT = r"(?:(?:i|he|she|they|we|(?:the\s+)?(?:user|person|speaker)|[A-Z]\w+)(?:'(?:m|s|ve|ll|re))?\s+)?"
_AUXILIARY = r"(?:(?:will|is|am|are|going\s+to|gonna|have\s+to|has\s+to|just|finally|also)\s+)*"
_VERB = r"(?:has|have|had|having|got|getting|take|takes|taking|sit|sits|sitting|run|runs|running|attend|attends|attending|give|gives|giving)(?:\s+got)?"
_HAS = re.compile(rf"^{_SUBJECT}{_AUXILIARY}{_VERB}\s+", re.IGNORECASE)
_DOING = re.compile(rf"^{_SUBJECT}(?:(?:is|am|are)\s+)?(\w{{2,}}ing\s+(?:to|into|in|with|for|at|from|out)\s+(?!see\b|be\b|have\b).*)$", re.IGNORECASE)
_TAKES_PLACE = re.compile(r"(?:'s|\s+(?:is|was|will\s+be|starts?|begins?|takes\s+place|happens)(?:\s+(?:scheduled|set|coming\s+up))?(?:\s+for)?)$", re.IGNORECASE)
_OWNER = re.compile(r"^(?:(?:the\s+)?(?:user|person|speaker)'s|an?|the|my|his|her|their|our|some)\s+", re.IGNORECASE)
_MINE = re.compile(r"\b(?:my|his|their|our)\b", re.IGNORECASE)
_SENTENCE = re.compile(
    r"\b(?:i|he|she|they|we|you|it|is|are|was|were|am|be|will|would|can|could|has|have|had|do|does|did|wants?|plans?|hopes?|needs?|feels?"
    r"|thinks?|going|because|that|which|who|if|not|user|person|nervous|tired)\b|n't\b|[^\w\s'&/-]|\d{3}",
    re.IGNORECASE,
)
_SOMEBODYS = re.compile(r"[A-Z]\w+'s\s")
"""Whose it is, theirs or a friend's, cannot be told from a name."""
_LONGEST = 7


def event_phrase(memory: Memory) -> str:
    """What to call the event when speaking to its owner, e.g. "your driving test"; UNNAMED when unsure."""
    for text in (memory.gist, memory.quote):
        clauses = [clause for clause in _CLAUSE.split(text.replace("’", "'")) if clause.strip()]
        for clause in clauses:
            if phrase := _phrase(" ".join(_WHEN.sub(" ", clause).split()), alone=len(clauses) == 1):
                return phrase
    return UNNAMED


def _phrase(clause: str, *, alone: bool) -> str | None:
    said = _LEAD.sub("", clause.strip(" -:"))
    if doing := _DOING.match(said):
        return _heard(doing[1])
    named = _OWNER.sub("", _TAKES_PLACE.sub("", _HAS.sub("", said)))
    if named == said and not alone:
        return None  # "hi" or "wish me luck": words beside the event, not its name
    thing = _heard(named)
    return f"your {thing}" if thing else None


def _heard(thing: str) -> str | None:
    """The thing as its owner would hear it; None when it is a sentence, or nothing, rather than a name."""
    if not thing or len(thing.split()) > _LONGEST or _SENTENCE.search(thing) or _SOMEBODYS.match(thing):
        return None
    first, *rest = _MINE.sub("your", thing).split(" ")
    # A capital that only began the sentence goes; an abbreviation keeps its own.
    return " ".join([first.lower() if first[1:] == first[1:].lower() else first, *rest])
