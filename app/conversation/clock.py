"""The one place that asks what time it is; tests put another clock in its stead."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Local time with its offset: opening hours, nights and days are those of the laptop."""

    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now().astimezone()
