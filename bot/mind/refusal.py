"""What people say in a chat about being written to: stop, not now, goodbye.

Only what is said to the companion itself counts: a message, or a sentence of it, that begins with it. "My boss won't leave me
alone" is about somebody else, and "stop" alone may be about anything.
"""

import re
from typing import Literal

Refusal = Literal["stop", "not now", "goodbye"]

_LONGEST = 200
"""Characters. In a longer message such words are told, not meant."""

_SENTENCE = re.compile(r"[.!?;\n]+|,\s+(?=(?:just|please|and|so|but|leave|stop)\b)", re.IGNORECASE)
_LEAD = r"(?:(?:ok(?:ay)?|please|pls|just|hey|no|and|so|but|ugh|oh|mika|noor|(?:can|could|would|will)\s+you|i\s+want\s+you\s+to|i(?:['’]d|\s+would)\s+like\s+you\s+to|you\s+(?:can|should|need\s+to))[\s,]+)*"
_TO_ME = r"(?:to\s+)?me"
_WRITE = r"(?:writ(?:e|ing)|messag(?:e|ing)|text(?:ing)?|dm(?:ing|['’]ing)?|bother(?:ing)?|contact(?:ing)?|ping(?:ing)?|pester(?:ing)?|nudg(?:e|ing)|spam(?:ming)?)"
_STOP = re.compile(
    rf"""{_LEAD}(?:leave\s+me\s+alone | (?:stop|quit)\s+{_WRITE}\s+{_TO_ME} | (?:do\s+not|do\s?n['’]?t|never)\s+{_WRITE}\s+{_TO_ME}
      | (?:do\s+not|do\s?n['’]?t|never|stop)\s+(?:ever\s+)?writ(?:e|ing)\s+(?:{_TO_ME}\s+)?first | no\s+more\s+(?:messages|nudges|reminders)
      | stop\s+(?:the|these|those|your)\s+(?:messages|nudges|reminders))
      (?:\s+(?:any\s?more|again|ever|ever\s+again|first|please|now|unprompted|all\s+the\s+time|for\s+good))*""",
    re.IGNORECASE | re.VERBOSE,
)
_NOT_NOW = re.compile(
    rf"""{_LEAD}(?:not\s+(?:right\s+)?now | (?:maybe\s+)?later | another\s+time | i(?:['’]m|\s+am)\s+(?:(?:so|too|really|very|pretty|kinda|a\s+bit)\s+)?busy(?:\s+(?:right\s+now|now|today|atm))?
      | (?:i\s+)?(?:ca\s?n['’]?t|cannot)\s+talk(?:\s+(?:right\s+now|now|atm))? | ask\s+me\s+later | give\s+me\s+(?:some\s+)?(?:space|a\s+break) | not\s+in\s+the\s+mood(?:\s+to\s+talk)?)
      (?:\s+(?:please|thanks|thank\s+you|ok|okay))*""",
    re.IGNORECASE | re.VERBOSE,
)
_GOODBYE = re.compile(
    rf"""{_LEAD}(?:(?:good\s?)?bye(?:\s?bye)? | good\s?night | g['’]?night | nighty?\s?night | see\s+(?:you|ya)(?:\s+(?:later|tomorrow|soon|around))?
      | talk\s+(?:to\s+you\s+)?(?:tomorrow|later|soon) | i(?:['’]m|\s+am)\s+(?:(?:off|going)\s+to\s+(?:bed|sleep)|heading\s+to\s+bed) | cya | ttyl | take\s+care
      | gotta\s+(?:go|run|sleep) | i\s+(?:have|need|got)\s+to\s+(?:go|run|sleep))
      (?:\s+(?:now|then|for\s+now|everyone|all|mika|noor|friend|sleep\s+well|tomorrow|later))*""",
    re.IGNORECASE | re.VERBOSE,
)


def refusal(text: str) -> Refusal | None:
    """The strongest that this message says; None for almost every message."""
    if len(text) > _LONGEST:
        return None
    sentences = [part.strip(" \t,:)(-…*_~\"'“”") for part in _SENTENCE.split(text)]
    spoken = [sentence for sentence in sentences if sentence]
    for meaning, pattern in (("stop", _STOP), ("not now", _NOT_NOW), ("goodbye", _GOODBYE)):
        if any(pattern.fullmatch(sentence) for sentence in spoken):
            return meaning  # type: ignore[return-value]  # one of the three names
    return None
