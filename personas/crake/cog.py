"""``/galley``: old kitchen measures in today's, and back. For recipes of Crake's time."""

from fractions import Fraction

import discord
from discord import app_commands
from discord.ext import commands

from bot.sdk import Host

Interaction = discord.Interaction[discord.Client]

VOLUMES = {"minim": Fraction("0.0591939"), "drachm": Fraction("3.5516328"), "fluid ounce": Fraction("28.4130625"), "gill": Fraction("142.0653125"),
           "pint": Fraction("568.26125"), "quart": Fraction("1136.5225"), "gallon": Fraction("4546.09"), "peck": Fraction("9092.18"),
           "bushel": Fraction("36368.72"), "ml": Fraction(1), "litre": Fraction(1000)}
"""Imperial measures of capacity, in millilitres (Weights and Measures Act 1985, schedule 1, defines the gallon as 4.54609 dm3)."""

WEIGHTS = {"grain": Fraction("0.06479891"), "dram": Fraction("1.7718451953125"), "ounce": Fraction("28.349523125"), "pound": Fraction("453.59237"),
           "stone": Fraction("6350.29318"), "hundredweight": Fraction("50802.34544"), "gram": Fraction(1), "kilogram": Fraction(1000)}
"""Avoirdupois weights, in grams (the same schedule defines the pound as 0.45359237 kg)."""

_MOST = 1_000_000


def converted(amount: str, unit: str) -> str:
    """``amount`` ("2", "1/2", "1 1/2", "0,5") of ``unit`` in words, in today's measure; what is today's comes back in the old one.

    Raises ValueError for what is no amount.
    """
    try:
        many = sum(Fraction(part.replace(",", ".")) for part in amount.split())
    except ZeroDivisionError:
        many = Fraction(0)
    if not 0 < many <= _MOST:
        raise ValueError(f"{amount} is no amount")
    table, small, large, old = (VOLUMES, "ml", "litres", "gill") if unit in VOLUMES else (WEIGHTS, "g", "kg", "ounce")
    base = many * table[unit]
    if unit in ("ml", "litre", "gram", "kilogram"):
        return f"{_plain(base / table[old])} {old}s"
    return f"{_plain(base / 1000)} {large}" if base >= 1000 else f"{_plain(base)} {small}"


def _plain(number: Fraction) -> str:
    """Three figures, no more than a cook can weigh."""
    return f"{float(f'{float(number):.3g}'):,.10g}"


class Galley(commands.GroupCog, group_name="galley", group_description="Crake reads old recipes for you"):
    """Answers from the two tables."""

    @app_commands.command(description="What an old measure is today, or the other way round")
    @app_commands.describe(amount="2, 1/2, 1 1/2", unit="Of what")
    @app_commands.choices(unit=[app_commands.Choice(name=name, value=name) for name in (*VOLUMES, *WEIGHTS)])
    async def measure(self, interaction: Interaction, amount: app_commands.Range[str, 1, 20], unit: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            said = f"{amount} {unit}: that is **{converted(amount, unit)}**."
        except ValueError:
            said = "That is no amount I can measure. Write it like 2, 1/2 or 1 1/2."
        await interaction.followup.send(embed=discord.Embed(title="From the galley", description=said), ephemeral=True)


async def setup(host: Host) -> None:
    await host.add_cog(Galley())
