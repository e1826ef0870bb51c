"""An EmotionReader that knows what it is told."""

from bot.errors import ModelFailed
from bot.mind.belief import EKMAN, LABELS, Emotions


class FakeEmotionReader:
    """Reads ``felt`` (a share for each of some labels) in every text; fails when closed or ``broken``."""

    def __init__(self, **felt: float) -> None:
        self.felt = felt
        self.broken = False
        self.danger: dict[str, float] = {}
        """Texts that mean danger, each with its share of self-harm."""

    async def read(self, text: str) -> Emotions:
        if self.broken:
            raise ModelFailed("the emotion reader crashed")
        original = {label: self.felt.get(label, 0.0) for label in LABELS}
        return Emotions(original, {name: max(original[label] for label in labels) for name, labels in EKMAN.items()}, {"self_harm": self.danger[text]} if text in self.danger else {})

    async def aclose(self) -> None:
        self.broken = True
