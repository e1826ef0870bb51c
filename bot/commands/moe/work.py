"""``moe profile``: what the experts of a mixture do."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.moe.shown import File, as_json, found, table
from bot.commands.options import Json
from bot.commands.outcome import outcome

if TYPE_CHECKING:
    from bot.moe.routing import LayerProfile, Tally

Corpus = Annotated[Path | None, typer.Argument(
    metavar="[CORPUS]", help="A folder of .txt files, one text a line, named GROUP.LABEL.txt such as domain.cooking.txt. Without: our own, six domains and four emotions.",
)]  # fmt: skip


def profile(
    file: File, corpus: Corpus = None,
    png: Annotated[Path | None, typer.Option(help="Draw a heat map: layers and experts, in all and for each label.")] = None,
    threads: Annotated[int, typer.Option(min=1, max=512, help="Processor threads.")] = 2,
    json: Json = False,
) -> None:  # fmt: skip
    """Which experts work on which texts: balance, how decided the routers are, who works with whom, who is for what."""
    from bot.moe.corpus import OWN, labelled, read_corpus
    from bot.moe.profiling import count_choices
    from bot.moe.routing import profile as profile_of

    with outcome():
        path = found(file)
        texts = read_corpus(corpus or OWN)
        tally = count_choices(path, texts, threads=threads)
        groups = {group: list(labelled(texts, group)) for group in sorted({text.group for text in texts})}
        profiles = profile_of(tally, groups)
        if png is not None:
            from bot.moe.heatmap import draw_heatmap

            draw_heatmap(tally, png, title=path.name)
    special = specialists(tally)
    if json:
        tokens = int(tally.tokens.max())
        return as_json({"file": path, "tokens": tokens, "layers": [asdict(p) for p in profiles], "specialists": special, "png": png})
    _show(profiles, tally, groups)
    table(
        "\nExperts that work on one kind of text far more than usual", ("label", "layer", "expert", "times its usual share", "tokens"),
        [(row["label"], row["layer"], row["expert"], f"{row['lift']:.1f}", row["tokens"]) for row in special],
    )  # fmt: skip
    if png is not None:
        typer.echo(f"\n{png}")


def specialists(tally: "Tally", *, most: int = 2, least_tokens: int = 10) -> list[dict[str, str | int | float]]:
    """For each label the experts whose share rises most, of those that worked on it often enough."""
    import numpy as np

    from bot.moe.routing import lift

    rows: list[dict[str, str | int | float]] = []
    for place, label in enumerate(tally.labels):
        here = tally.chosen[place].sum(axis=0)
        rises = np.where(here >= least_tokens, lift(tally, label), 0)
        for flat in np.argsort(-rises, axis=None, kind="stable")[:most]:
            layer, expert = divmod(int(flat), tally.experts)
            if rises[layer, expert] > 1:
                rows.append({
                    "label": label, "layer": tally.layers[layer], "expert": expert, "lift": float(rises[layer, expert]),
                    "tokens": int(here[layer, expert]),
                })  # fmt: skip
    return rows


def _show(profiles: "tuple[LayerProfile, ...]", tally: "Tally", groups: dict[str, list[str]]) -> None:
    typer.echo(f"{int(tally.tokens.max())} tokens; labels: {', '.join(tally.labels)}\n")
    table(
        "", ("layer", "evenness", "busiest", "idle", "entropy", "stability", *(f"tells the {group or 'label'}" for group in groups), "work together"),
        [
            (
                p.layer, f"{p.evenness:.2f}", f"{max(p.shares):.0%}", p.idle, f"{p.entropy:.2f}", f"{p.stability:.2f}",
                *(f"{p.specialisation[group]:.3f}" for group in groups), " ".join(f"{a}+{b} ({ratio:.1f}x)" for a, b, ratio in p.pairs[:2]),
            )
            for p in profiles
        ],
    )  # fmt: skip
    typer.echo(
        "\nevenness: 1 is all alike; entropy of the router for a token: 0 is decided, 1 chance; stability: overlap of the loads of two halves;\n"
        "tells: share of what there is to know of a text's label that the expert at work gives away; together: times as often as by chance."
    )
