"""What the person chose, as small settings in the store: shorter limits hold now, longer ones from tomorrow."""

from dataclasses import replace
from datetime import datetime

from app.conversation.storage import Storage
from app.conversation.values import Contrast, DeskError, Motion, Preferences, TextSize
from guardrails.limits.clock import Bounds, day_of
from guardrails.values import Country, Language, Mode

_IDLE_BOUNDS = (5, 60)
_TITLE_CHARACTERS = 80
_MONTHS = {
    Language.NL: "januari februari maart april mei juni juli augustus september oktober november december".split(),
    Language.EN: "January February March April May June July August September October November December".split(),
}


async def read_preferences(storage: Storage, now: datetime) -> Preferences:
    """The preferences that hold at `now`; unknown or damaged values fall back to the defaults."""
    defaults = Preferences()
    minutes = await _limit(storage, "minutes_limit", defaults.minutes_limit, now)
    day = await _limit(storage, "day_limit", defaults.day_limit, now)
    bounds = Bounds(minutes, day).clamped()
    return Preferences(
        language=Language(await _one_of(storage, "language", tuple(Language), defaults.language)),
        country=Country(await _one_of(storage, "country", tuple(Country), defaults.country)),
        mode=Mode(await _one_of(storage, "mode", tuple(Mode), defaults.mode)),
        minutes_limit=bounds.minutes,
        day_limit=bounds.day,
        idle_minutes=_clamp(_number(await storage.setting("idle_minutes"), defaults.idle_minutes), _IDLE_BOUNDS),
        text_size=TextSize(await _one_of(storage, "text_size", tuple(TextSize), defaults.text_size)),
        contrast=Contrast(await _one_of(storage, "contrast", tuple(Contrast), defaults.contrast)),
        motion=Motion(await _one_of(storage, "motion", tuple(Motion), defaults.motion)),
    )


async def write_preferences(storage: Storage, chosen: Preferences, now: datetime) -> None:
    """Keep what was chosen. A longer limit is kept beside the old one and holds when the day has turned."""
    bounds = Bounds(chosen.minutes_limit, chosen.day_limit).clamped()
    chosen = replace(chosen, minutes_limit=bounds.minutes, day_limit=bounds.day)
    await storage.put_setting("language", chosen.language.value)
    await storage.put_setting("country", chosen.country.value)
    await storage.put_setting("mode", chosen.mode.value)
    for name in ("text_size", "contrast", "motion"):
        await storage.put_setting(name, getattr(chosen, name).value)
    await storage.put_setting("idle_minutes", str(_clamp(chosen.idle_minutes, _IDLE_BOUNDS)))
    await _put_limit(storage, "minutes_limit", chosen.minutes_limit, Preferences().minutes_limit, now)
    await _put_limit(storage, "day_limit", chosen.day_limit, Preferences().day_limit, now)


def neutral_title(now: datetime, language: Language) -> str:
    """A title for a new conversation: when it began. What was written never becomes a title by itself."""
    months = _MONTHS.get(language, _MONTHS[Language.NL])
    return f"{now.day} {months[now.month - 1]}, {now.strftime('%H:%M')}"


def clean_title(title: str) -> str:
    """A title as a person typed it, on one line. Raises `DeskError("empty")`."""
    clean = " ".join(title.split())[:_TITLE_CHARACTERS]
    if not clean:
        raise DeskError("empty")
    return clean


async def _limit(storage: Storage, name: str, default: int, now: datetime) -> int:
    """`name` holds "now|later|day": the limit of today, the one chosen, and the day it was chosen on."""
    kept = (await storage.setting(name) or "").split("|")
    if len(kept) != 3:
        return default
    today, later, day = _number(kept[0], default), _number(kept[1], default), kept[2]
    return later if day_of(now) > day else today


async def _put_limit(storage: Storage, name: str, chosen: int, default: int, now: datetime) -> None:
    holds = await _limit(storage, name, default, now)
    await storage.put_setting(name, f"{min(holds, chosen)}|{chosen}|{day_of(now)}")


async def _one_of(storage: Storage, name: str, allowed: tuple[str, ...], default: str) -> str:
    value = await storage.setting(name)
    return value if value in allowed else default


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default


def _clamp(number: int, bounds: tuple[int, int]) -> int:
    return min(bounds[1], max(bounds[0], number))
