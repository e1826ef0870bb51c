"""``moe inspect``: what is in a model file."""

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.moe.shown import File, as_json, found, number, size, table
from bot.commands.options import Json
from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.moe.anatomy import Anatomy, Layer

Context = Annotated[int, typer.Option(min=128, max=1_048_576, help="Tokens of one conversation.")]
People = Annotated[int, typer.Option(min=1, max=1000, help="Conversations kept at hand at the same time.")]


def inspect(file: File, context: Context = 4096, people: People = 4, json: Json = False) -> None:
    """What a model is made of: parameters, experts, layers, quantisation, memory. Any GGUF file, dense ones too."""
    from bot.moe.gguf_file import inspect as look_into
    from bot.moe.memory import KV_SHARE, cells_for, memory

    with outcome():
        path = found(file)
        model = look_into(path)
    needed = {kind: memory(model, cells=cells_for(context, people), kv_type=kind) for kind in KV_SHARE}
    if json:
        sizes = {kind: {**asdict(one), "total": one.total} for kind, one in needed.items()}
        whole = asdict(model) | {"experts": model.experts, "used": model.used, "dense_layers": model.dense_layers}
        return as_json({"file": path, **whole, "memory": {"context": context, "people": people, **sizes}})
    table("", ("", ""), _facts(model))
    table("\nLayers", ("which", "experts", "work on a token", "shared", "parameters each", "active", "size each"), _layers(model.layers))
    table(
        "\nWeights", ("part", "kind", "parameters", "size", "share"),
        [(w.part, w.kind, number(w.parameters), size(w.bytes), f"{w.bytes / model.bytes:.0%}") for w in model.weights],
    )  # fmt: skip
    table(
        f"\nMemory for {people} at a time, {context} tokens each", ("cache kept as", "weights", "cache", "working room", "together"),
        [(kind, size(one.weights), size(one.cache), size(one.working), size(one.total)) for kind, one in needed.items()],
    )  # fmt: skip


def _facts(model: "Anatomy") -> list[tuple[str, str]]:
    experts = f"{model.experts} in each layer, of which {model.used} work on a token" if model.experts else "none: a dense model"
    shared = sum(layer.shared for layer in model.layers)
    return [
        ("name", model.name or "not said"),
        ("architecture", model.architecture),
        ("licence", model.licence or "not said; see the page of its maker"),
        ("parameters", f"{number(model.parameters)}, of which {number(model.active)} work on a token"),
        ("experts", experts + (f"; {shared} layers have one more that always works" if shared else "")),
        ("layers", f"{len(model.layers)}, of which {model.dense_layers} dense"),
        ("shape", f"width {model.width}, {model.heads} heads of {model.head_width}, feed-forward {model.feed_forward}, vocabulary {model.vocabulary}"),
        ("context", f"{model.trained_context} tokens at most, as it was trained"),
        ("cache", f"{size(model.kv_bytes)} for each token (f16)"),
        ("on disk", size(model.bytes)),
    ]


def _layers(layers: "tuple[Layer, ...]") -> list[tuple[Any, ...]]:
    """Layers that are alike, together."""
    rows = []
    for (experts, used, shared), group in groupby(layers, key=lambda layer: (layer.experts, layer.used, layer.shared)):
        alike = list(group)
        first, last = alike[0].number, alike[-1].number
        rows.append((
            f"{first} to {last}" if last > first else str(first), experts or "dense", used or "", "yes" if shared else "",
            number(sum(a.parameters for a in alike) / len(alike)), number(sum(a.active for a in alike) / len(alike)),
            size(sum(a.bytes for a in alike) / len(alike)),
        ))  # fmt: skip
    return rows
