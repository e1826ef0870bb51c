"""The companion in a terminal: typed by a person, or one message a line from a program."""

from bot.edges.console.interactive import Interactive
from bot.edges.console.messenger import NobodyThere, TerminalMessenger
from bot.edges.console.scripted import Scripted
from bot.edges.console.terminal import Terminal
from bot.edges.console.visitor import Visitor

__all__ = ["Interactive", "NobodyThere", "Scripted", "Terminal", "TerminalMessenger", "Visitor"]
