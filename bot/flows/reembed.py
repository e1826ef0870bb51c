"""After a change of the embedding model: embed anew what was embedded by another one, in the background.

Which vectors still are of another model stands in the database, so that it goes on after a restart where it was. Meanwhile what was not
moved yet is found by its words.
"""

from collections.abc import Callable

from bot.ports import Embedder, Spaces

AT_A_TIME = 8
"""Texts between two chances for somebody's message to be embedded: some 40 ms."""

_LINES = 10
"""How often progress is told, at most."""


async def reembed(spaces: Spaces, embedder: Embedder, tell: Callable[[int, int], None]) -> None:
    """Until none is left; ``tell`` hears how many of how many are done. Raises ModelError, StoreError: the next start goes on."""
    total = await spaces.count(embedder.name)
    if not total:
        return
    done = told = 0
    while strangers := await spaces.strangers(embedder.name, AT_A_TIME):
        await spaces.move(strangers, await embedder.embed([s.text for s in strangers]), embedder.name)
        done += len(strangers)
        if done * _LINES // total > told:
            told = done * _LINES // total
            tell(min(done, total), total)
    await spaces.tidy()
