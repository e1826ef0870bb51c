"""Small words among several people to which an emoji is answer enough: thanks, a goodbye, laughter, agreement.

In private every message is answered in words: there nobody else is kept from talking by them.
"""

import re

_SMALL = (
    (r"(?:many |so much )?(?:thanks|thank you|thank u|thx|ty|tysm|cheers|danke|danke dir|vielen dank|谢谢你?|多谢)(?: so much| a lot| again| very much| sehr)?", "💛"),
    (r"(?:good ?night|gn|night night|bye|bye bye|goodbye|see (?:you|ya|u)(?: later| tomorrow| soon| around)?|cya|gute nacht|tschüss|bis (?:morgen|bald|später)|晚安|再见|拜拜)", "👋"),
    (r"(?:lol|lmao|rofl|(?:ha){2,}h?|(?:he){2,}|xd|哈{2,}|hihi)", "😄"),
    (r"(?:ok|okay|kk|got it|will do|sounds good|fair enough|good point|alles klar|passt|好的?|明白了?)", "👍"),
)
_PATTERNS = tuple((re.compile(rf"{small}(?:[ ,]+\w+)?", re.IGNORECASE), emoji) for small, emoji in _SMALL)
_APART = re.compile(r"[^\w?？' ]+")


def nod_to(text: str) -> str:
    """The emoji that answers this; "" where words are wanted. One word more, such as a name, may stand behind the small ones."""
    plain = " ".join(_APART.sub(" ", text).split())
    return next((emoji for pattern, emoji in _PATTERNS if pattern.fullmatch(plain)), "")
