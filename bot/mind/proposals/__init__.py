"""Where unprompted messages come from: each source looks at a memory that was just kept and may propose to speak of it.

Every source is a small file here with the same shape as those of plugins: a ``name`` and a ``propose``. All are worth less
than a follow-up on the same matter, since that is what people ask for; none looks at a sensitive memory.
"""

from bot.mind.proposals.anniversary import Anniversary
from bot.mind.proposals.birthday import Birthday
from bot.mind.proposals.care import Care
from bot.mind.proposals.deadline import Deadline
from bot.mind.proposals.follow_up import FollowUp
from bot.mind.proposals.good_wishes import GoodWishes
from bot.mind.proposals.open_question import OpenQuestion
from bot.mind.proposals.own_promise import OwnPromise
from bot.mind.proposals.promise import Promise
from bot.mind.proposals.shared_interest import SharedInterest

BUILT_IN = (FollowUp(), GoodWishes(), Deadline(), Birthday(), Anniversary(), OpenQuestion(), Care(), Promise(), OwnPromise())
"""Those that need to know nothing but the memory."""

__all__ = [
    "BUILT_IN",
    "Anniversary", "Birthday", "Care", "Deadline", "FollowUp", "GoodWishes", "OpenQuestion", "OwnPromise", "Promise", "SharedInterest",
]
