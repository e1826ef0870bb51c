"""The commands of ``oldfriend``. What a command needs is imported when it runs, so that ``--help`` is there at once."""

import typer

from bot.commands import (
    backups,
    doctor,
    encryption,
    invite,
    memory,
    models,
    moe,
    persona,
    reload,
    simulate,
    steer,
    talk,
    train,
)
from bot.commands.outcome import EXIT_CODES

app = typer.Typer(
    help="A friend with a character of its own who remembers what you told it. On your computer, in Discord or right here.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
app.command("run")(talk.run)
app.command("chat")(talk.chat)
app.add_typer(memory.app, name="memory")
app.add_typer(models.app, name="models")
app.add_typer(persona.app, name="persona")
app.command("backup")(backups.backup)
app.command("verify")(backups.verify)
app.command("restore")(backups.restore)
app.command("encrypt")(encryption.encrypt)
app.command("decrypt")(encryption.decrypt)
persona.app.command("steer")(steer.steer)
persona.app.command("train")(train.train)
app.add_typer(moe.app, name="moe")
app.command("reload")(reload.reload)
app.command("doctor")(doctor.doctor)
app.command("invite")(invite.invite)
app.command("simulate")(simulate.simulate)


@app.command("version")
def version() -> None:
    """Print the version."""
    from bot import __version__

    typer.echo(f"oldfriend {__version__}")
