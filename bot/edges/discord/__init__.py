"""The companion in Discord."""

from bot.edges.discord.gateway import Gateway

__all__ = ["Gateway"]
