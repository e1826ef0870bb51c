"""What the doctor can see of this computer, of the database and of the token."""

from bot.edges.doctor.database import check_database
from bot.edges.doctor.finding import Finding
from bot.edges.doctor.machine import check_machine
from bot.edges.doctor.token import check_token

__all__ = ["Finding", "check_database", "check_machine", "check_token"]
