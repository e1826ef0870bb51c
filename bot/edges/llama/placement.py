"""What of a model goes to a GPU: all, all but the experts of a mixture, or some layers.

In a mixture most of the bytes are experts, of which each token uses a few; attention is small and used by every token. So
when the GPU's memory is short, attention goes there and the experts stay in main memory.
"""

from dataclasses import dataclass

from bot.edges.llama.weights import Weights

ALL = -1
"""Every layer, and the output."""
RESERVE = 768 << 20
"""Bytes of the GPU's memory for what llama.cpp computes in, and for the driver."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Layers on the GPU (0 none, ``ALL``), and whether the experts of these stay in main memory."""

    layers: int
    experts_on_cpu: bool


def place(weights: Weights, cache: int, free: int, *, layers: int = ALL, experts_on_cpu: bool | None = None) -> Placement:
    """What fits into ``free`` bytes of a GPU's memory, together with a cache of ``cache`` bytes for all layers.

    ``layers`` and ``experts_on_cpu`` are what a person set: ``ALL`` is as many as fit, None is only when they do not fit.
    """
    room = free - RESERVE
    if not layers or room <= 0:
        return Placement(0, False)
    staying = [False, True] if experts_on_cpu is None and weights.expert_bytes else [bool(experts_on_cpu)]
    for stay in staying:
        layer = (weights.layer_bytes - stay * weights.expert_bytes + cache) / weights.layers
        needed = layer * weights.layers + weights.other_bytes if layers == ALL else layer * min(layers, weights.layers)
        if needed <= room:
            return Placement(layers, stay)
    fitting = layers if layers != ALL else min(int(room / layer), weights.layers)
    return Placement(fitting, stay and fitting > 0)
