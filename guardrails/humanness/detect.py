"""What a sentence claims, judged on its own, with the sentence before it and in the light of the message."""

from collections.abc import Iterable

from guardrails.humanness.data import Family, HumannessData, Setting
from guardrails.humanness.numbers import HelplineBook, invented
from guardrails.humanness.shaping import languages_of
from guardrails.humanness.statistics import ClaimStatistics
from guardrails.humanness.text import as_program, canonical, row, variants, written
from guardrails.phrases import Match, Words
from guardrails.values import Claim, Country, Reading

STUMP = 3
"""A sentence of so few words is also read together with its neighbour."""


class Detector:
    """Holds sentences against the claim families, the reviewed helplines and a statistical layer."""

    def __init__(self, data: HumannessData, helplines: HelplineBook, statistics: ClaimStatistics | None = None) -> None:
        self._data = data
        self._helplines = helplines
        self._statistics = statistics

    def warm(self) -> None:
        """Compile every pattern now."""
        for book in (*self._data.patterns.values(), *self._data.exceptions.values(), self._data.setting_words):
            book.warm()

    def settings(self, user: str, reading: Reading) -> frozenset[str]:
        """Names of the settings (contexts.toml) that the message and its reading give."""
        worded = {match.owner for words in variants(user) for match in self._data.setting_words.find(words)}
        fits = (name for name, setting in self._data.settings.items() if name in worded or _holds(setting, reading))
        return frozenset(fits)

    def claims(self, own: str, whole: str, settings: frozenset[str]) -> tuple[Claim, ...]:
        """Claims of one sentence. `own` leaves out what is quoted or drafted, `whole` does not."""
        found = self._said(own, settings)
        if own != whole:
            found += self._families(variants(whole), settings, quoted=True)
        return _distinct(family.claim for family in found)

    def joined(self, before: str, own: str, settings: frozenset[str]) -> tuple[Claim, ...]:
        """Claims that only appear when two sentences are read as one: a stump, or one cut off halfway."""
        if before.rstrip().endswith((".", "!", "?")) and min(len(before.split()), len(own.split())) > STUMP:
            return ()
        head, tail = row(canonical(before).rstrip(" .!?")).row, row(canonical(own)).row
        words = Words.of_row([*head.split(), *tail.split()])
        edge = len(head.rstrip())
        found: list[Family] = []
        for language in languages_of(words.distinct):
            matches = self._data.patterns[language].find_all(words)
            across = [m for m in matches if m.start < edge - 1 and m.end > edge + 1]
            excepted = {match.owner for match in self._data.exceptions[language].find(words)}
            found += self._holding(across, excepted, settings)
        return _distinct(family.claim for family in found)

    def helpline(self, whole: str, user: str, country: Country | None) -> bool:
        """Does the sentence name a number, site or line that is not a reviewed one?"""
        return invented(whole, user, self._helplines, country)

    def topics(self, user: str) -> frozenset[str]:
        """What the message is about, for the statistical layer; once a reply."""
        return self._statistics.about(user) if self._statistics else frozenset()

    def weighed(self, own: str, user: str, topics: frozenset[str], said: tuple[Claim, ...]) -> tuple[Claim, ...]:
        """Which claims of the families stand, and what the statistical layer finds besides.

        It does not judge the person's own words given back: it was trained on what a program says.
        """
        if self._statistics is None or not own.strip(" …") or _given_back(own, user):
            return said
        return self._statistics.weigh(own, topics, said)

    def fired(self, sentence: str, settings: frozenset[str]) -> tuple[str, ...]:
        """Ids of the families that hold a sentence; for measuring and for the testers' bench."""
        return tuple(family.id for family in self._said(sentence, settings))

    def _said(self, own: str, settings: frozenset[str]) -> list[Family]:
        base = canonical(own)
        found = self._families(written(base), settings, quoted=False)
        of_program = self._families(as_program(base), settings, quoted=False)
        return found + [family for family in of_program if not family.as_written]

    def _families(self, rows: Iterable[Words], settings: frozenset[str], *, quoted: bool) -> list[Family]:
        found: list[Family] = []
        for words in rows:
            for language in languages_of(words.distinct):
                matches = list(self._data.patterns[language].find(words))
                if matches:
                    excepted = {match.owner for match in self._data.exceptions[language].find(words)}
                    found += self._holding(matches, excepted, settings)
        return [family for family in found if family.quoted or not quoted]

    def _holding(self, matches: Iterable[Match], excepted: set[str], settings: frozenset[str]) -> list[Family]:
        owners = dict.fromkeys(match.owner for match in matches if match.owner not in excepted)
        families = (self._data.families[owner] for owner in owners)
        return [family for family in families if _counts(family, settings)]


def _given_back(own: str, user: str) -> bool:
    words = row(canonical(own)).row.strip(" .")
    return bool(words) and f" {words} " in f" {row(canonical(user)).row.strip()} "


def _counts(family: Family, settings: frozenset[str]) -> bool:
    return (not family.settings or bool(family.settings & settings)) and not family.not_in & settings


def _holds(setting: Setting, reading: Reading) -> bool:
    if setting.from_level is not None and reading.level >= setting.from_level:
        return True
    if setting.to_level is not None and reading.level <= setting.to_level:
        return True
    return (
        bool(setting.beliefs & set(reading.beliefs))
        or bool(setting.kinds & set(reading.kinds))
        or (setting.goodbye and reading.goodbye)
        or (setting.pushback and reading.pushback)
    )


def _distinct(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple(dict.fromkeys(claims))
