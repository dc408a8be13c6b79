"""Active minutes as a pure fold over the moments at which a person wrote.

Counted is the time between messages, each gap for at most three minutes, from the end of a reply to the next
message. Waiting for a reply, tools, help and idle time do not count. Only times and seconds are kept.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from guardrails.values import Session

GAP_SECONDS = 180.0
REST_SECONDS = 15 * 60.0
NIGHT_MINUTES = 30
_DAY_TURNS_AT = 5
_NIGHT_BEGINS, _NIGHT_ENDS = 22, 7


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the person set, in minutes; the values the page accepts are in `clamped`."""

    minutes: int = 30
    day: int = 90

    def clamped(self) -> "Bounds":
        return Bounds(min(60, max(15, self.minutes)), min(180, max(30, self.day)))


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of active talking, and where rest stands. `last` is the latest moment ever seen (ISO, UTC offset)."""

    since_rest: float = 0.0
    today: float = 0.0
    tonight: float = 0.0
    day: str = ""
    night: str = ""
    rest_left: float = 0.0
    rest_replies: int = 0
    last: str = ""
    messages: int = 0


def tick(usage: Usage, now: datetime, *, wrote: bool = False, held: bool = False, bounds: Bounds = Bounds()) -> Usage:
    """The usage at `now`. `wrote`: the person just sent a message. `held`: danger or an open question, no rest begins.

    A clock set back adds no time and ends no rest: the latest moment seen stands.
    """
    seen = datetime.fromisoformat(usage.last) if usage.last else now
    away = max(0.0, (now - seen).total_seconds())
    moment = max(now, seen)
    usage = _turn_of_day(replace(usage, last=moment.isoformat()), moment)
    if usage.rest_left > 0:
        left = max(0.0, usage.rest_left - away)
        usage = replace(usage, rest_left=left, rest_replies=usage.rest_replies if left else 0)
    elif away >= REST_SECONDS:
        usage = replace(usage, since_rest=0.0)  # a quarter of an hour away is a rest taken
    elif wrote:
        usage = _count(usage, min(away, GAP_SECONDS), moment)
    if wrote:
        usage = replace(usage, messages=usage.messages + 1)
    if not held and usage.rest_left <= 0 and usage.since_rest >= bounds.clamped().minutes * 60:
        usage = replace(usage, rest_left=REST_SECONDS, since_rest=0.0, rest_replies=0)
    return usage


def replied(usage: Usage, now: datetime) -> Usage:
    """A reply has ended: the time it took is not counted, the gap to the next message begins here."""
    seen = datetime.fromisoformat(usage.last) if usage.last else now
    away = max(0.0, (now - seen).total_seconds())
    resting = usage.rest_left > 0
    return replace(
        usage,
        last=max(now, seen).isoformat(),
        rest_left=max(0.0, usage.rest_left - away) if resting else 0.0,
        rest_replies=usage.rest_replies + 1 if resting else 0,
    )


def reopened(usage: Usage) -> Usage:
    """Danger was said: rest ends at once."""
    return replace(usage, rest_left=0.0, rest_replies=0)


def session(usage: Usage, now: datetime, *, kept: bool, bounds: Bounds) -> Session:
    """What the guard and the page need to know of the clock."""
    limits = bounds.clamped()
    night = is_night(now)
    spent = usage.tonight >= NIGHT_MINUTES * 60 if night else usage.today >= limits.day * 60
    left = usage.rest_left / 60
    if spent:
        left = max(left, minutes_until_turn(now))
    return Session(
        minutes=usage.since_rest / 60,
        minutes_today=usage.today / 60,
        minutes_tonight=usage.tonight / 60,
        night=night,
        resting=usage.rest_left > 0 or spent,
        rest_minutes_left=left,
        rest_replies=usage.rest_replies,
        messages=usage.messages,
        kept=kept,
        minutes_limit=limits.minutes,
        day_limit=limits.day,
    )


def is_night(now: datetime) -> bool:
    """From 22:00 to 07:00 by the laptop's own clock."""
    return now.hour >= _NIGHT_BEGINS or now.hour < _NIGHT_ENDS


def minutes_until_turn(now: datetime) -> float:
    """Minutes until the night ends, or, by day, until the night with its own half hour begins."""
    turn = now.replace(minute=0, second=0, microsecond=0)
    if is_night(now):
        if now.hour >= _NIGHT_BEGINS:
            turn += timedelta(days=1)
        turn = turn.replace(hour=_NIGHT_ENDS)
    else:
        turn = turn.replace(hour=_NIGHT_BEGINS)
    return max(0.0, (turn - now).total_seconds() / 60)


def usage_to_json(usage: Usage) -> str:
    return json.dumps(asdict(usage), separators=(",", ":"))


def usage_from_json(text: str | None) -> Usage:
    """A usage as it was kept; anything unreadable counts as none, so that a damaged row never locks a person out."""
    try:
        data = json.loads(text or "{}")
        usage = Usage(**data)
        if usage.last:
            datetime.fromisoformat(usage.last)
        return usage
    except (ValueError, TypeError):
        return Usage()


def day_of(now: datetime) -> str:
    """The day a moment belongs to; it turns at 05:00."""
    return (now - timedelta(hours=_DAY_TURNS_AT)).date().isoformat()


def _night_of(now: datetime) -> str:
    return (now - timedelta(hours=12)).date().isoformat()


def _turn_of_day(usage: Usage, moment: datetime) -> Usage:
    if day_of(moment) > usage.day:
        usage = replace(usage, day=day_of(moment), today=0.0)
    if _night_of(moment) > usage.night:
        usage = replace(usage, night=_night_of(moment), tonight=0.0)
    return usage


def _count(usage: Usage, seconds: float, moment: datetime) -> Usage:
    if is_night(moment):
        return replace(usage, since_rest=usage.since_rest + seconds, tonight=usage.tonight + seconds)
    return replace(usage, since_rest=usage.since_rest + seconds, today=usage.today + seconds)
