"""The reviewed list of helplines: who, which number, open when, and until when the record may be shown."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from guardrails.values import Country, Helpline, Language

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPELLED_NUMBER = re.compile(r"[^0-9]")


class HelplineError(Exception):
    """A record in helplines.toml cannot be used; the message names the record."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `start` to `end` (local time) on these days of the week, Monday is 0."""

    days: frozenset[int]
    start: time
    end: time  # 24:00 is written as time.max

    def hold(self, now: datetime) -> bool:
        return now.weekday() in self.days and self.start <= now.time() < self.end


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file, with both languages."""

    id: str
    country: Country
    role: str
    number: str
    also: tuple[str, ...]
    chat_url: str
    hours: tuple[Hours, ...]  # empty: day and night
    names: Mapping[Language, str]
    audiences: Mapping[Language, str]
    source_date: str
    recheck_by: date

    def is_open(self, now: datetime) -> bool:
        """By the laptop's own clock: the person and the line are in the same country."""
        return not self.hours or any(hours.hold(now) for hours in self.hours)

    def usable(self, today: date) -> bool:
        """A record past its re-check date is not shown; an emergency number always is."""
        return self.role == "emergency" or today <= self.recheck_by

    def shown(self, language: Language, now: datetime) -> Helpline:
        speak = language if language in self.names else Language.EN
        return Helpline(
            id=self.id,
            country=self.country,
            name=self.names[speak],
            role=self.role,
            number=self.number,
            chat_url=self.chat_url,
            hours_text=self._hours_text(speak),
            audience=self.audiences[speak],
            source_date=self.source_date,
            recheck_by=self.recheck_by.isoformat(),
            open_now=self.is_open(now),
        )

    def _hours_text(self, language: Language) -> str:
        if not self.hours:
            return "dag en nacht" if language is Language.NL else "day and night"
        return "; ".join(_hours_text(hours, language) for hours in self.hours)


@dataclass(frozen=True, slots=True)
class Directory:
    """All records, asked by country and role."""

    records: tuple[Record, ...]

    def find(
        self, country: Country, role: str, language: Language, now: datetime, *, only_open: bool = True
    ) -> Helpline | None:
        """The first usable record of this role, open now unless `only_open` is false."""
        for record in self.records:
            fits = record.country is country and record.role == role and record.usable(now.date())
            if fits and (not only_open or record.is_open(now)):
                return record.shown(language, now)
        return None

    def emergency(self, country: Country, language: Language, now: datetime) -> Helpline:
        line = self.find(country, "emergency", language, now)
        if line is None:
            raise HelplineError(f"no emergency number for {country.value}")
        return line

    def every(self, country: Country, language: Language, now: datetime) -> tuple[Helpline, ...]:
        """All usable records of a country, the open ones first."""
        lines = [r.shown(language, now) for r in self.records if r.country is country and r.usable(now.date())]
        return tuple(sorted(lines, key=lambda line: not line.open_now))

    def numbers(self) -> dict[str, frozenset[str]]:
        """Reviewed numbers per country, digits only, for the check on made-up numbers."""
        found: dict[str, set[str]] = {country.value: set() for country in Country}
        for record in self.records:
            for number in (record.number, *record.also):
                if number:
                    found[record.country.value].add(_SPELLED_NUMBER.sub("", number))
        return {country: frozenset(numbers) for country, numbers in found.items()}

    def names(self) -> dict[str, frozenset[str]]:
        """Reviewed names per country, as written in both languages."""
        return {
            country.value: frozenset(name for r in self.records if r.country is country for name in r.names.values())
            for country in Country
        }

    def sites(self) -> frozenset[str]:
        """Reviewed host names."""
        hosts = (record.chat_url.split("/")[2] for record in self.records if record.chat_url)
        return frozenset(host.removeprefix("www.") for host in hosts)


def load_directory(home: Path) -> Directory:
    """Read guardrails/referral/helplines.toml; raises `HelplineError` naming the record that is wrong."""
    data = tomllib.loads((home / "guardrails" / "referral" / "helplines.toml").read_text(encoding="utf-8"))
    recheck = date.fromisoformat(data["recheck_by"])
    return Directory(tuple(_record(line, recheck) for line in data["line"]))


def due_for_check(directory: Directory, today: date) -> tuple[str, ...]:
    """Ids of records past their re-check date, for the build's warning."""
    return tuple(record.id for record in directory.records if today > record.recheck_by)


def without(directory: Directory, role: str) -> Directory:
    """The same list without one role; used to show what stays when a record has expired."""
    return replace(directory, records=tuple(r for r in directory.records if r.role != role))


def _record(line: dict[str, object], recheck: date) -> Record:
    try:
        own = line.get("recheck_by")
        return Record(
            id=str(line["id"]),
            country=Country(str(line["country"])),
            role=str(line["role"]),
            number=str(line["number"]),
            also=tuple(line.get("also", ())),  # type: ignore[arg-type]
            chat_url=str(line["chat_url"]),
            hours=tuple(_hours(row) for row in line.get("hours", ())),  # type: ignore[attr-defined]
            names={Language(k): v for k, v in line["name"].items()},  # type: ignore[attr-defined]
            audiences={Language(k): v for k, v in line["audience"].items()},  # type: ignore[attr-defined]
            source_date=str(line["source_date"]),
            recheck_by=date.fromisoformat(str(own)) if own else recheck,
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise HelplineError(f"helplines.toml: record {line.get('id', '?')!r} is not complete") from error


def _hours(row: Mapping[str, str]) -> Hours:
    first, _, last = row["days"].partition("-")
    start, end = _DAYS.index(first), _DAYS.index(last or first)
    until = time.max if row["to"] == "24:00" else time.fromisoformat(row["to"])
    return Hours(frozenset(range(start, end + 1)), time.fromisoformat(row["from"]), until)


_DAY_NAMES = {
    Language.NL: ("ma", "di", "wo", "do", "vr", "za", "zo"),
    Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def _hours_text(hours: Hours, language: Language) -> str:
    names = _DAY_NAMES[language]
    first, last = names[min(hours.days)], names[max(hours.days)]
    days = first if first == last else f"{first}-{last}"
    end = "24:00" if hours.end == time.max else hours.end.strftime("%H:%M")
    return f"{days} {hours.start.strftime('%H:%M')}-{end}"
