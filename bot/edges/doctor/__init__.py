"""What the doctor can see of this computer and of the token."""

from bot.edges.doctor.finding import Finding
from bot.edges.doctor.machine import check_machine
from bot.edges.doctor.token import bot_of, check_token

__all__ = ["Finding", "check_machine", "bot_of", "check_token"]
