"""How to name to somebody what bounds them: "doctor says I have an ulcer, so nothing spicy" -> "with your ulcer"."""

import re

from bot.mind.retell import address

_END = r"(?=\s*(?:[,.;:!?]|$|\b(?:so|and|but|because|since|until|till|for|from|that|which|who|after|before|now|again|anymore|these|this|at|when|or)\b))"
_THING = r"(?P<thing>(?:[\w'-]+\s+){0,3}?[\w'-]+)"
_HAS = re.compile(
    rf"(?:\byou (?:have|'ve)(?: got| developed)?|\bdoctors?\b[^.!?]{{0,20}}\bfound|\bdiagnosed (?:you )?with|\byou (?:suffer from|live with|get))\s+"
    rf"(?:an? |the |this |some |rather |really |very |quite )*(?!to\b|been\b|had\b|no\b|not\b|never\b|\w+ed\b){_THING}{_END}",
    re.IGNORECASE,
)
_ALLERGIC = re.compile(rf"\byou are (?:\w+ly |very |so )?allergic to {_THING}{_END}", re.IGNORECASE)
_ILL = re.compile(r"\byour (?P<part>[\w-]+)(?: is| are| has been| have been| gets?) (?:still |so |very |really |quite |a bit |always )*(?P<how>[\w-]+)", re.IGNORECASE)
_HURTS = re.compile(r"\byour (?P<part>(?:[\w-]+ )?[\w-]+?) (?:still |always |really )*(?:hurts?|aches?|acts? up|plays? up|bothers?)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?P<clause>you (?:(?:can'?t|cannot|can not|mustn'?t|must not|don'?t|do not|won'?t|may not|shouldn'?t|should not|aren'?t allowed to|are not allowed to) \w+|(?:hate|stopped|quit|gave up|are (?:an? )?(?:\w+ly )?"
    r"(?:vegetarian|vegan|pregnant|diabetic|coeliac|celiac|lactose|sober|fasting|dieting|afraid|scared|terrified|saving)))(?: [\w'-]+){0,4}?)" + _END,
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\b(?P<none>(?:no|nothing)(?: [\w-]+){1,3}?) (?:for (?:you|a while|now|(?:[\w-]+ )?(?:days|weeks|months|years|life))|until|till|allowed)\b", re.IGNORECASE)
_NO_STATE = frozenset("the a an not no my your on in at to of from going gone here there back better fine ok okay good great well".split())


def bound_phrase(quote: str) -> str:
    """What bounds somebody, from their own words, as it follows "are you sure, ...?"; "" when it cannot be named in a few words."""
    told = " ".join(address(quote).split())
    if found := _ALLERGIC.search(told):
        return f"with your allergy to {found['thing']}"
    if found := _HAS.search(told):
        return f"with your {found['thing']}"
    if found := _HURTS.search(told):
        return f"with your {found['part']}"
    if found := _ILL.search(told):
        how = found["how"].lower()
        if how not in _NO_STATE:
            return f"with your {found['part']}" if how.endswith("ing") else f"with your {how} {found['part']}"
    if found := _CLAUSE.search(told):
        return f"when {found['clause']}"
    if found := _NOTHING.search(told):
        return f"when you are to have {found['none'].lower()}"
    return ""
