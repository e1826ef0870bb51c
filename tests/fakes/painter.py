"""A Painter that keeps what it was to draw."""

from bot.mind.charts import Chart


class FakePainter:
    def __init__(self) -> None:
        self.charts: list[Chart] = []

    async def paint(self, chart: Chart) -> bytes:
        self.charts.append(chart)
        return b"\x89PNG of a chart"
