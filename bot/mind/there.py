"""Where a person is written to first: in private, or, for a server they chose, in the channel where they told of it.

What belongs there is decided by the database (``Outbox.place``): what they said in channels of that server, in messages that others
could read, and nothing else. What they put right, were asked about or said in private stays private whatever they chose.
"""

from collections.abc import Mapping

from bot.mind.events import is_private

THERE = "reach_out.there "
"""With the audience of a server: the setting of a person who wants to be asked where they told of it."""

YES = "yes"

REASON = "You told me in a channel, and chose to be asked there."


def servers(settings: Mapping[str, str]) -> frozenset[str]:
    """The servers that a person chose, from their settings."""
    return frozenset(key.removeprefix(THERE) for key, value in settings.items() if key.startswith(THERE) and value == YES)


def key(server: str) -> str:
    """The name of the setting for a server, which is an audience."""
    if is_private(server):
        raise ValueError(f"{server} is no server")
    return THERE + server
