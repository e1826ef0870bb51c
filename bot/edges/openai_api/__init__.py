"""The language model on another machine: any server that speaks the OpenAI chat API."""

from bot.edges.openai_api.client import OpenAIModel, open_openai_api
from bot.edges.openai_api.server import Refused

__all__ = ["OpenAIModel", "Refused", "open_openai_api"]
