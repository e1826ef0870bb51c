"""``moe``: look into model files, find out what this computer can do with them, and make mixtures of experts."""

import typer

from bot.commands.moe import compare, fewer, foresee, look, make, work

app = typer.Typer(
    help="""Look into model files (GGUF), foresee how they run here, and make mixtures of experts.

A mixture of experts has many feed-forward networks in each layer, and a router that sends each token to a few of them: it needs the
memory of a large model and has the speed of a small one.

\b
What fits my computer, how fast?   moe plan FILE --people 4
What is in this file?              moe inspect FILE
What do its experts do?            moe profile FILE --png map.png
Is it worth it?                    moe compare FILE
Make a mixture of a dense model    moe warm-start DENSE --out FILE
Fewer experts, and what it costs   moe prune FILE --keep 3 --out FILE

FILE is a path, or a name from `oldfriend models list` that was fetched. docs/models.md says which model suits which computer.
""",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.command("plan")(foresee.plan)
app.command("inspect")(look.inspect)
app.command("compare")(compare.compare)
app.command("profile")(work.profile)
app.command("warm-start")(make.warm_start)
app.command("random")(foresee.random)
app.command("prune")(fewer.prune)
app.command("merge")(fewer.merge)
