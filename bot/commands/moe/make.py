"""``moe warm-start``: a mixture of experts out of a dense model."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.commands.moe.shown import Out, as_json, found, number, size, table
from bot.commands.options import Json
from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.moe.anatomy import Anatomy
    from bot.moe.numbers import Numbers
    from bot.moe.sameness import Agreement, Sameness

_PROMPTS = (
    "The sea is", "My sister called this morning and said", "Once there was a man who", "def add(a, b):\n", "To make bread you need", "I am afraid that",
    "In 1969", "What should I cook tonight?",
)  # fmt: skip
_SAID = 24  # tokens

Dense = Annotated[Path, typer.Argument(metavar="DENSE", help="A dense .gguf file of the llama or qwen2 architecture, or a name from `oldfriend models list`.")]
Layers = Annotated[str, typer.Option(help="Which layers become mixtures, such as 8-29; those below stay dense. The last has to be the model's last.", show_default="all")]
Router = Annotated[Literal["random", "prompts", "from"], typer.Option(
    help="random: any expert for any token. prompts: from what the texts of each expert do to the model. from: those of the mixture --from.",
)]  # fmt: skip


def warm_start(
    dense: Dense, out: Out,
    experts: Annotated[int, typer.Option(min=1, max=1024, help="Experts in each layer.")] = 4,
    used: Annotated[int, typer.Option(min=1, max=1024, help="Experts that work on a token.")] = 2,
    router: Router = "random",
    from_: Annotated[Path | None, typer.Option("--from", help="A trained mixture of the same width whose routers to take.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="A folder of .txt files, one for each expert, one text a line.", show_default="our own texts")] = None,
    group: Annotated[str, typer.Option(help="Of these files only those named GROUP.*.txt, such as emotion.")] = "",
    layers: Layers = "",
    share: Annotated[bool, typer.Option("--share", help="The first half of each feed-forward network always works; experts are made of the other half.")] = False,
    expert: Annotated[list[Path] | None, typer.Option(help="A file of the same model, or a LoRA adapter for it, that becomes an expert; may be given several times.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Draws the random routers.")] = 0,
    threads: Annotated[int, typer.Option(min=1, max=512, help="Processor threads.")] = 2,
    json: Json = False,
) -> None:  # fmt: skip
    """Make a mixture of experts: each expert begins as a copy of the dense feed-forward network.

    The file is read again afterwards: experts, layers and sizes must be what was asked, and with equal experts it must compute what the dense
    model does, to the last bit where nothing has to be rounded. Random routers over equal experts change nothing; train the experts, or give each
    its own --expert.
    """
    from bot.errors import ModelError, ModelFailed
    from bot.moe.gguf_file import inspect
    from bot.moe.routers import routers_from_mixture, routers_from_texts
    from bot.moe.sameness import sameness
    from bot.moe.warm_start import warm_start as make

    with outcome():
        base = found(dense)
        before = inspect(base)
        first = first_layer(layers, len(before.layers))
        routed = range(first, len(before.layers))
        routers: dict[int, Numbers] = {}
        told: dict[str, Any] = {}
        if router == "from":
            if from_ is None:
                raise ModelError("--router from needs --from FILE, the mixture whose routers to take.")
            routers = routers_from_mixture(found(from_), experts, routed, width=before.width, depth=len(before.layers))
        elif router == "prompts":
            texts = _texts(prompts, group, experts)
            fitted = routers_from_texts(base, list(texts.values()), routed, threads=threads)
            routers = dict(fitted.routers)
            told = {"experts_for": list(texts), "sent_right": dict(fitted.right)}
        make(base, out, experts=experts, used=used, seed=seed, first_layer=first, share=share, routers=routers, variants=expert or ())
        after = inspect(out)
        _must_be(after, experts, used, first, share)
        same = None if expert else sameness(base, out, _PROMPTS, count=_SAID, threads=threads)
        if same is not None and not same.holds:
            raise ModelFailed(f"{out} does not compute what {base.name} computes: {_told(same.alone)} with one expert at work. Do not use it.")
    if json:
        return as_json(_summary(out, before, after) | told | {"same_answers": same and asdict(same)})
    table("", ("", "dense", "mixture"), _compared(before, after))
    if told:
        right = list(told["sent_right"].values())
        typer.echo(f"\nexperts in order: {', '.join(told['experts_for'])}")
        typer.echo(f"tokens of texts that were kept back go to the expert of their text: {min(right):.0%} to {max(right):.0%} by layer; chance is {1 / experts:.0%}")
    if same is not None:
        _show_sameness(same, used)
    typer.echo(f"{out}")


def first_layer(layers: str, count: int) -> int:
    """Of "8-29". Raises ModelError when it is no such range, or ends before the last layer."""
    from bot.errors import ModelError

    if not layers:
        return 0
    match = re.fullmatch(r"(\d+)-(\d+)", layers)
    if match is None or int(match[1]) > int(match[2]) or int(match[2]) >= count:
        raise ModelError(f"--layers has to be like 8-{count - 1}: this model has layers 0 to {count - 1}.")
    if int(match[2]) != count - 1:
        raise ModelError(f"llama.cpp has no architecture with dense layers above mixtures; let the range end at {count - 1}.")
    return int(match[1])


def _texts(prompts: Path | None, group: str, experts: int) -> dict[str, list[str]]:
    from bot.errors import ModelError
    from bot.moe.corpus import OWN, labelled, read_corpus

    texts = labelled(read_corpus(prompts or OWN), group)
    if len(texts) < experts:
        raise ModelError(f"{experts} experts need as many files of texts; there are {len(texts)}: {', '.join(texts)}.")
    return dict(list(texts.items())[:experts])


def _must_be(after: "Anatomy", experts: int, used: int, first: int, share: bool) -> None:
    from bot.errors import ModelFailed

    for layer in after.layers:
        wanted = (experts, used, share) if layer.number >= first else (0, 0, False)
        if (layer.experts, layer.used, layer.shared) != wanted:
            raise ModelFailed(f"Layer {layer.number} of the new file has {layer.experts} experts, {layer.used} at work: that is not what was asked.")


def _show_sameness(same: "Sameness", used: int) -> None:
    what = "the dense model" if same.turned is None else "the dense model, its queries and keys in the file's order"
    rows = [(f"one expert at work | {what}", same.alone)]
    if same.level is not None:
        rows.append((f"{used} at work, of equal weight | {what}", same.level))
    if same.turned is not None:
        rows.append(("that order alone, without experts | the dense model", same.turned))
    rows.append((f"{used} at work, weighted by the routers | the dense model", same.working))
    table(f"\nDoes it say the same? {same.working.of_texts} texts, {_SAID} tokens each", ("", "compared with", "texts", "next words", "numbers"), [
        (*name.split(" | "), f"{one.texts} of {one.of_texts}", f"{one.tokens} of {one.of_tokens}", _told(one)) for name, one in rows
    ])  # fmt: skip


def _told(one: "Agreement") -> str:
    if not one.apart:
        return "the same, bit by bit"
    return f"{one.apart:.2g} apart at most" + (f"; other words were a tie within {one.tie:.3f} nats" if one.tie else "")


def _summary(out: Path, before: "Anatomy", after: "Anatomy") -> dict[str, Any]:
    return {
        "file": out, "architecture": after.architecture, "experts": after.experts, "used": after.used, "dense_layers": after.dense_layers,
        "parameters": after.parameters, "active": after.active, "bytes": after.bytes, "dense_parameters": before.parameters,
    }  # fmt: skip


def _compared(before: "Anatomy", after: "Anatomy") -> list[tuple[str, str, str]]:
    return [
        ("architecture", before.architecture, after.architecture),
        ("experts", "none", f"{after.experts}, of which {after.used} work on a token"),
        ("dense layers", str(before.dense_layers), str(after.dense_layers)),
        ("parameters", number(before.parameters), number(after.parameters)),
        ("work on a token", number(before.active), number(after.active)),
        ("size", size(before.bytes), size(after.bytes)),
    ]
