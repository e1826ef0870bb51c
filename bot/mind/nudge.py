"""What an unprompted message may look like, whoever worded it."""

import re

LONGEST = 280
"""Characters."""

_GUILT = re.compile(
    r"""\bmiss(?:ed|ing)?\s+(?:you|us|talking|chatting|hearing)\b | \bbeen\s+(?:(?:so|too|very|awfully)\s+)?quiet\b | \bignor(?:e|ed|ing)\s+me\b
      | \bforg[eo]t(?:ten)?\s+(?:about\s+)?me\b | \bwhere\s+have\s+you\s+been\b | \bwhy\s+(?:have\s?n['’]?t|did\s?n['’]?t)\s+you\b
      | \b(?:have\s?n['’]?t|not)\s+heard\s+from\s+you\b | \blonely\s+without\s+you\b | \b(?:left|leave|leaving)\s+me\s+(?:alone|waiting|hanging)\b
      | \bstill\s+waiting\b | \byou\s+never\s+(?:write|answer|reply|told)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def faults(text: str) -> tuple[str, ...]:
    """Why this text must not be sent unprompted, one reason each; empty when it may be."""
    found = []
    if not text.strip():
        found.append("it says nothing")
    if len(text) > LONGEST:
        found.append(f"it is longer than {LONGEST} characters")
    if text.count("?") + text.count("？") > 1:
        found.append("it asks more than one question")
    if _GUILT.search(text):
        found.append("it makes them feel guilty")
    return tuple(found)
