"""What stands around a danger phrase and changes it: denial, the past, another person, a story, an idiom."""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from guardrails.phrases import Match, PhraseBook, Words
from guardrails.risk.families import Family, FamilyError
from guardrails.values import Door, Ground, Level

_LISTS = ("not_negating", "denial", "past", "still", "fiction", "said", "idioms", "laughs")
_NEAR = 4
"""How many words a denial may stand before what it denies ("ik wil echt niet dat ik dood ...")."""


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """The reviewed lists of `scopes.toml`."""

    negators: frozenset[str]
    persons: frozenset[str]
    selves: frozenset[str]
    patterns: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Grade:
    """What a matched phrase comes to in its sentence."""

    level: Level
    ground: Ground
    door: Door | None
    other: bool


def load_scopes(path: Path) -> ScopeWords:
    """The lists that change a phrase. Raises FamilyError when one is missing."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    missing = [name for name in (*_LISTS, "negators", "persons", "self") if not isinstance(data.get(name), list)]
    if missing:
        raise FamilyError(f"{path.name}: add the lists {', '.join(missing)}.")
    rows = {name: tuple(cast(list[str], data[name])) for name in (*_LISTS, "negators", "persons", "self")}
    return ScopeWords(
        negators=frozenset(rows["negators"]),
        persons=frozenset(rows["persons"]),
        selves=frozenset(rows["self"]),
        patterns={name: rows[name] for name in _LISTS},
    )


class Scopes:
    """Built once from the lists; `of` looks at one message."""

    def __init__(self, lists: ScopeWords) -> None:
        self.lists = lists
        self._book = PhraseBook((name, row) for name, rows in lists.patterns.items() for row in rows)

    def warm(self) -> None:
        """Compile every pattern now instead of when it is first needed."""
        self._book.warm()

    def of(self, words: Words, quoted: Words | None) -> "MessageScopes":
        """The scopes of one message; `quoted` is the message without its quotations, if it has any."""
        found: dict[str, list[tuple[int, int]]] = {}
        for match in self._book.find_all(words):
            found.setdefault(match.owner, []).append((match.start, match.end))
        return MessageScopes(self.lists, words, quoted, found)


class MessageScopes:
    """Where in one message each scope holds."""

    def __init__(
        self,
        lists: ScopeWords,
        words: Words,
        unquoted: Words | None,
        found: Mapping[str, list[tuple[int, int]]],
    ) -> None:
        self._lists, self._row, self._unquoted, self._found = lists, words.row, unquoted, found
        self._ends = _sentence_ends(words.row)

    @property
    def denied(self) -> bool:
        """Did the person say somewhere that it is not so?"""
        return "denial" in self._found

    def sentence(self, start: int) -> tuple[int, int]:
        """Begin and end of the sentence in which an offset lies."""
        place = bisect_right(self._ends, start)
        begin = self._ends[place - 1] if place else 0
        end = self._ends[place] if place < len(self._ends) else len(self._row)
        return begin, end

    def same_sentence(self, one: int, two: int) -> bool:
        """Do two offsets lie in one sentence?"""
        return bisect_right(self._ends, one) == bisect_right(self._ends, two)

    def grade(self, family: Family, match: Match) -> Grade | None:
        """What the phrase comes to here; None when its sentence silences it."""
        scopes = family.scopes
        if "idiom" in scopes and self._covers("idioms", match):
            return None
        if "negation" in scopes and self._negated(match):
            return None
        other = self._other(family, match)
        plain = Grade(family.level, family.ground, family.door, other)
        if "past" in scopes and self._in_sentence("past", match):
            return self._lowered(plain) if "still" in self._found else None
        if "fiction" in scopes and "fiction" in self._found:
            return self._lowered(plain) if family.level >= Level.IMMINENT else None
        if "quoted" in scopes and self._only_quoted(match) and "said" not in self._found:
            return self._lowered(plain)
        return plain

    def _lowered(self, grade: Grade) -> Grade:
        return Grade(min(grade.level, Level.CONCERN), Ground.GUESSED, None, grade.other)

    def _covers(self, name: str, match: Match) -> bool:
        return any(start < match.end and match.start < end for start, end in self._found.get(name, ()))

    def _in_sentence(self, name: str, match: Match) -> bool:
        begin, end = self.sentence(match.start)
        return any(begin <= start < end for start, _ in self._found.get(name, ()))

    def _negated(self, match: Match) -> bool:
        if not self._lists.negators.isdisjoint(match.source.replace("|", " ").replace("(", " ").split()):
            return False
        if self._covers("denial", match):
            return True
        begin, _ = self.sentence(match.start)
        before = self._row[begin : match.start + 1].rsplit(",", 1)[-1].split()[-_NEAR:]
        inside = self._row[match.start : match.end].split()
        if self._lists.negators.isdisjoint(before) and self._lists.negators.isdisjoint(inside):
            return False
        near = Match(match.owner, match.source, max(begin, match.start - 30), match.end)
        return not self._covers("not_negating", near)

    def _other(self, family: Family, match: Match) -> bool:
        if family.other is not None:
            return family.other
        if not self._lists.selves.isdisjoint(self._row[match.start : match.end].split()):
            return False
        begin, _ = self.sentence(match.start)
        before = self._row[begin : match.end].split()
        for word in reversed(before):
            if word in self._lists.selves:
                return False
            if word in self._lists.persons:
                return True
        return False

    def _only_quoted(self, match: Match) -> bool:
        return self._unquoted is not None and self._row[match.start : match.end] not in self._unquoted.row


def _sentence_ends(row: str) -> list[int]:
    ends: list[int] = []
    place = row.find(" . ")
    while place >= 0:
        ends.append(place + 2)
        place = row.find(" . ", place + 2)
    return ends
