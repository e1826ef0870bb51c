"""``auto``: which chat model this computer should run."""

from collections.abc import Callable

from bot.edges.models.catalogue import Catalogue
from bot.edges.models.entries import GB, Entry, HubFile

_ASK_ABOVE = 2 * GB
_BEST_FIRST = ("qwen3-moe", "lfm2", "olmoe", "granite", "small")


def choose_auto(
    catalogue: Catalogue, *, ram_bytes: int, hub_reachable: bool, confirm: Callable[[Entry], bool]
) -> tuple[Entry, str]:
    """The chat model for this computer and a sentence that says why.

    The best one that was fetched before wins, so that a start neither asks again nor downloads. Else the best one that
    fits the memory and can be fetched; ``confirm`` is asked before anything over 2 GB.
    """
    fitting = [entry for name in _BEST_FIRST if (entry := catalogue.entries[name]).ram <= ram_bytes]
    for entry in fitting:
        if catalogue.status(entry.name).state == "ready":
            return entry, f"Using {entry.name} ({entry.what}): it is already here."
    declined = False
    for entry in fitting:
        if isinstance(entry.source, HubFile) and not hub_reachable:
            continue
        if entry.size > _ASK_ABOVE and not confirm(entry):
            declined = True
            continue
        return entry, _why(entry, hub_reachable, declined)
    entry = catalogue.entries["tiny"]
    return entry, (
        f"Using tiny ({entry.what}): this computer has {ram_bytes / GB:.1f} GB of memory, too little for a larger one. "
        "Do not expect much of it."
    )


def _why(entry: Entry, hub_reachable: bool, declined: bool) -> str:
    chosen = f"{entry.name} ({entry.what}, {entry.size / GB:.1f} GB)"
    if not hub_reachable:
        return f"The model hub cannot be reached, so {chosen} from the package index is used."
    if declined:
        return f"Using {chosen}, the best one under 2 GB or that you agreed to."
    return f"Using {chosen}, the best one that fits the memory of this computer."
