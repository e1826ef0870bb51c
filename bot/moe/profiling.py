"""Let a mixture of experts read texts, and count what its routers choose."""

from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import ModelError
from bot.moe.corpus import Text
from bot.moe.gguf_file import inspect
from bot.moe.routing import Choices, Tally
from bot.moe.run import Run, Seen

_LOGITS, _ORDER = "ffn_moe_logits", "ffn_moe_argsort"
_LONGEST = 256  # tokens of a text that are read


def count_choices(file: Path, texts: Sequence[Text], *, threads: int, tell: Callable[[int], None] = lambda read: None) -> Tally:
    """Of every router for every token; texts fall into two halves by turns. ``tell`` hears how many were read. Raises ModelError."""
    model = inspect(file)
    if not model.experts:
        raise ModelError(f"{file} is a dense model: it has no experts to look at.")
    layers = [layer.number for layer in model.layers if layer.experts]
    tally = Tally(layers, model.experts, sorted({one.label for one in texts}))
    used = {layer.number: layer.used for layer in model.layers}
    seen_of: dict[str, int] = {}
    with Run(file, context=_LONGEST, threads=threads, watch=(_LOGITS, _ORDER)) as run:
        for read, text in enumerate(texts, start=1):
            place = seen_of[text.label] = seen_of.get(text.label, -1) + 1
            for choices in choices_of(run.evaluate(run.tokens(text.text)), layers, used):
                tally.add(text.label, place % 2, choices)
            tell(read)
    return tally


def choices_of(seen: Seen, layers: Sequence[int], used: dict[int, int]) -> list[Choices]:
    """The experts that worked, as llama.cpp ordered them: what it adds before it chooses (biases, groups) is in that."""
    return [Choices(layer, seen.tensors[f"{_ORDER}-{layer}"][:, : used[layer]], seen.tensors[f"{_LOGITS}-{layer}"]) for layer in layers]
