"""Names and descriptions of commands in the languages of ``bot.mind.tongues``, for Discord to show."""

from discord import Locale, app_commands
from discord.app_commands import TranslationContextLocation as Where
from discord.app_commands import TranslationContextTypes, locale_str

from bot.mind.tongues import NAMES, WORDS, tongue_of

_NAMED = {Where.command_name, Where.group_name, Where.parameter_name}


class Catalogue(app_commands.Translator):
    """Looks each of them up."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        language = tongue_of(locale.value).language
        return (NAMES if context.location in _NAMED else WORDS)[language].get(string.message)
