"""Whether somebody may be remembered: their own word, kept as a setting of theirs, and the only thing kept before it is a yes."""

from typing import Literal

KEY = "consent"
"""The setting of a person."""

Choice = Literal["yes", "no", "delete", "leave-delete", "leave-keep"]
"""What can be pressed; "delete" is a no that knows what it loses, the last two are about leaving a server."""

LEAVING = "leaving"
"""The setting of a person that says "delete" where what they said in a server goes when they leave it."""

_CHOICES = {KEY, LEAVING, "persona", "remembering", "language"}
"""What somebody chose by a command may be kept without that word; what was learned of them may not."""

_OURS = ("companion", "retention")
"""Scopes that are nobody's."""


def needs_a_yes(scope: str, key: str) -> bool:
    """Whether a setting says something about a person that they did not choose themselves."""
    return not scope.startswith("server:") and scope not in _OURS and key not in _CHOICES


def needs_a_yes_in_sql(scope: str, key: str) -> str:
    """The same, as a condition on two columns."""
    chosen = ", ".join(f"'{choice}'" for choice in sorted(_CHOICES))
    return f"{scope} NOT LIKE 'server:%' AND {scope} NOT IN {_OURS} AND {key} NOT IN ({chosen})"




def permission_button(choice: Choice, user: int) -> str:
    """The id of a button in Discord by which this user says it."""
    return f"remember:{choice}:{user}"


QUESTION = (
    "May I remember what you tell me, beginning with this talk? It stays on the computer that runs me, and nobody else gets to see it. "
    "Until you say yes I forget it again; `/privacy` tells more."
)
ALLOWED = "Thank you. I remember what you tell me from this talk on. `/memory list` shows it, `/memory pause` stops it, `/privacy` takes your yes back."
REFUSED = "All right: we can talk as ever, and I keep nothing of it. Should you change your mind one day: `/privacy`."
LOSES = (
    "I remember {} of you. With a no they are deleted, with all our messages, for good; `/memory export` gives you a copy first. "
    "`/memory pause` keeps them, and adds nothing more."
)
LEAVING_DELETES = "Noted: when you leave a server, what you told me there is deleted, within a day."
LEAVING_KEEPS = "Noted: what you told me in a server stays mine to use there when you leave it and come back, until you delete it."
NOT_ALLOWED = "I may not remember anything about you, so I cannot do that. `/privacy` is where you can allow it."
