"""``invite``: the link by which the bot comes into a server. Asks nobody outside."""

import typer

from bot.commands.options import Config, settings_of
from bot.commands.outcome import outcome
from bot.errors import ConfigError


def invite(config: Config = None) -> None:
    """Print the link that lets the bot into a Discord server, with the permissions it needs."""
    from bot.edges.discord.client import invitation
    from bot.edges.doctor import bot_of

    settings = settings_of(config, None)
    with outcome():
        if settings.discord.token is None:
            raise ConfigError(["there is no Discord token yet; docs/discord-setup.md tells in ten minutes how to get one"])
        bot = bot_of(settings.discord.token.get_secret_value())
        if not bot:
            raise ConfigError(["this is no bot token; copy it again from the developer portal, page Bot, button Reset Token"])
        typer.echo(invitation(int(bot)))
