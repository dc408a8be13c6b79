"""Reads the danger in one message by the reviewed families; pure, the same text gives the same findings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from guardrails.heard import Heard, hear
from guardrails.phrases import Match, PhraseBook, split_words
from guardrails.risk.age import says_minor
from guardrails.risk.families import Families, Family, load_families
from guardrails.risk.scopes import Grade, MessageScopes, Scopes, ScopeWords, load_scopes
from guardrails.values import Ground, Signal

_QUOTE = re.compile(r'"[^"\n]{3,300}"')


@dataclass(frozen=True, slots=True)
class RiskFindings:
    """What the families found in one message."""

    signals: tuple[Signal, ...] = ()  # gravest first
    weak: float = 0.0  # sum of weak signals, added up over turns by the memory
    weak_rules: tuple[str, ...] = ()
    denied: bool = False  # "ik wil niet dood", said without being asked
    other: bool = False  # the gravest danger is someone else's
    minor: bool = False  # the writer says to be under 18


class RiskReader:
    """Holds every family against a message in one pass. Built once; reading changes nothing."""

    def __init__(self, families: Families, scopes: ScopeWords) -> None:
        self._rows = families.rows
        self._scopes = Scopes(scopes)
        self._book = PhraseBook(_patterns(families), families.groups)

    def warm(self) -> None:
        """Compile every pattern now instead of when it is first needed."""
        self._book.warm()
        self._scopes.warm()

    def read(self, text: str, heard: Heard | None = None) -> RiskFindings:
        """What one message says on its own; what came before is the memory's task."""
        heard = heard or hear(text)
        flat, words = heard.flat, heard.words
        found = _by_owner(self._book.find_all(words))
        bare = split_words(_QUOTE.sub(" ", flat)) if '"' in flat else None
        scopes = self._scopes.of(words, bare)
        signals: list[Signal] = []
        weak: list[Family] = []
        for place, family in enumerate(self._rows):
            hits = found.get(f"+{place}")
            if hits is None or not _cues_agree(family, found):
                continue
            grade = _best(family, hits, found.get(f"-{place}", ()), scopes)
            if grade is None:
                continue
            if family.weak:
                weak.append(family)
            elif grade.level:
                signals.append(Signal(family.id, grade.level, family.kind, grade.ground, grade.door, grade.other))
        signals.sort(key=_gravity, reverse=True)
        return RiskFindings(
            signals=tuple(signals),
            weak=round(sum(family.weak for family in weak), 2),
            weak_rules=tuple(family.id for family in weak),
            denied=scopes.denied,
            other=bool(signals) and signals[0].other,
            minor=says_minor(words),
        )


def load_risk(home: Path) -> RiskReader:
    """The reader of `guardrails/risk` under the project's root. Raises FamilyError, naming file and family."""
    folder = home / "guardrails" / "risk"
    return RiskReader(load_families(folder / "families"), load_scopes(folder / "scopes.toml"))


def _patterns(families: Families) -> Iterable[tuple[str, str]]:
    for name, rows in families.cues.items():
        yield from ((f"c:{name}", row) for row in rows)
    for place, family in enumerate(families.rows):
        yield from ((f"+{place}", row) for row in family.patterns)
        yield from ((f"-{place}", row) for row in family.unless)


def _by_owner(matches: Iterable[Match]) -> dict[str, list[Match]]:
    found: dict[str, list[Match]] = {}
    for match in matches:
        found.setdefault(match.owner, []).append(match)
    return found


def _cues_agree(family: Family, found: dict[str, list[Match]]) -> bool:
    return all(f"c:{cue}" in found for cue in family.also) and not any(f"c:{cue}" in found for cue in family.nowhere)


def _best(family: Family, hits: Iterable[Match], silenced: Iterable[Match], scopes: MessageScopes) -> Grade | None:
    best: Grade | None = None
    for hit in hits:
        if any(scopes.same_sentence(hit.start, other.start) for other in silenced):
            continue
        grade = scopes.grade(family, hit)
        if grade and (best is None or (grade.level, grade.ground) > (best.level, best.ground)):
            best = grade
    return best


def _gravity(signal: Signal) -> tuple[int, bool, bool]:
    return signal.level, signal.ground is Ground.SAID, signal.door == "now"
