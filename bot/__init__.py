"""Oldfriend: a self-hosted companion for Discord with personality, memory and empathy."""

import os

__version__ = "0.1.0"

# onnxruntime reports what it loads and runs to its maker, from its first import on, unless it is told not to before (its Privacy.md); its own
# function for that comes too late. Nothing of what is done here is anybody's business.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
