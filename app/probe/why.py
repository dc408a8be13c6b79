"""Why the guard reads what it reads: where the families match in a message, and the scores beside their thresholds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal

from guardrails.asks.read import load_asks
from guardrails.beliefs.read import load_beliefs
from guardrails.guard import Rules
from guardrails.heard import Heard, hear
from guardrails.phrases import PhraseBook, Words
from guardrails.risk.families import load_families
from guardrails.risk.statistics import WEIGHTS
from guardrails.statistics.features import features
from guardrails.statistics.linear import LinearModel, load_model
from guardrails.values import Language

Layer = Literal["risk", "belief", "ask"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule and where its words stand in the text as it was typed. `counts` is false when a scope silenced it."""

    layer: Layer
    rule: str
    spans: tuple[Span, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A statistical score with the thresholds of the language of the message, lowest first."""

    name: str
    value: float
    thresholds: tuple[tuple[str, float], ...]

    @property
    def reached(self) -> tuple[str, ...]:
        return tuple(name for name, least in self.thresholds if self.value > least)


class Why:
    """Holds every family once more, with its place in the text. Built once; explaining changes nothing."""

    def __init__(self, rules: Rules, books: Mapping[Layer, PhraseBook], danger: LinearModel, push: LinearModel) -> None:
        self._rules, self._books, self._danger, self._push = rules, books, danger, push

    def fired(self, text: str, counted: Iterable[str], heard: Heard | None = None) -> tuple[Fired, ...]:
        """Every rule whose words stand in the text; those of `counted` first, each in the order of the text."""
        heard, named = heard or hear(text), frozenset(counted)
        found: list[Fired] = []
        for layer, book in self._books.items():
            words = heard.words if layer == "risk" else heard.own
            places = Places(text, words)
            by_rule: dict[str, list[Span]] = {}
            for match in book.find_all(words):
                by_rule.setdefault(match.owner, []).append(places.span(match.start, match.end))
            found += (Fired(layer, rule, tuple(sorted(set(spans))), rule in named) for rule, spans in by_rule.items())
        return tuple(sorted(found, key=lambda one: (not one.counts, one.spans[0], one.rule)))

    def scores(self, text: str, language: Language, heard: Heard | None = None) -> tuple[Score, ...]:
        """What the linear models make of the message."""
        found = features(text, self._rules.concepts, heard=heard or hear(text))
        spoken = "en" if language is Language.EN else "nl"
        names = ("uncertain", "weak", "concern", "elevated", "imminent")
        levels = tuple((name, self._danger.facts[f"{name}.{spoken}"]) for name in names)
        facts = self._push.facts
        push = (("with_words", facts["threshold"] - facts["bonus"]), ("alone", facts["threshold"]))
        return (
            Score("danger", self._danger.scores(found)["danger"], levels),
            Score("pushback", self._push.scores(found)["pushback"], push),
        )


class Places:
    """From the words a pattern ran on back to the text as it was typed."""

    def __init__(self, text: str, words: Words) -> None:
        self._text, self._starts = text, words.starts
        self._spans = _aligned(words.row.split(), text)

    def span(self, start: int, end: int) -> Span:
        """Offsets into the text for offsets into `Words.row`; punctuation at the edges is left out."""
        inside = [self._spans[at] for at, begin in enumerate(self._starts) if start <= begin < end]
        known = [span for span in inside if span is not None]
        if not known:
            return 0, len(self._text)
        low, high = min(span[0] for span in known), max(span[1] for span in known)
        while low < high and not self._text[low].isalnum():
            low += 1
        while high > low and not self._text[high - 1].isalnum():
            high -= 1
        return (low, high) if low < high else (known[0][0], known[-1][1])


def load_why(home: Path, rules: Rules) -> Why:
    """Reads the families and weights under `home` once more. Raises the loaders' own errors."""
    risk, beliefs, asks = load_families(home / "guardrails" / "risk" / "families"), load_beliefs(home), load_asks(home)
    books: dict[Layer, PhraseBook] = {
        "risk": PhraseBook(((row.id, pattern) for row in risk.rows for pattern in row.patterns), risk.groups),
        "belief": PhraseBook((row.id, pattern) for row in beliefs.families for pattern in row.patterns),
        "ask": PhraseBook((row.id, pattern) for row in asks for pattern in row.patterns),
    }
    folder = home / WEIGHTS
    return Why(rules, books, load_model(folder / "danger.bin"), load_model(folder / "pushback.bin"))


def _aligned(whole: list[str], text: str) -> list[Span | None]:
    """For each word of the whole the piece of text it came from; words that only the whole has share a piece."""
    pieces: list[tuple[str, Span]] = []
    at = 0
    for chunk in text.split():
        begin = text.index(chunk, at)
        at = begin + len(chunk)
        pieces += ((word, (begin, at)) for word in hear(chunk).words.row.split())
    spans: list[Span | None] = [None] * len(whole)
    matcher = SequenceMatcher(None, whole, [word for word, _ in pieces], autojunk=False)
    for tag, left, left_end, right, right_end in matcher.get_opcodes():
        if tag == "equal":
            for step in range(left_end - left):
                spans[left + step] = pieces[right + step][1]
        elif tag == "replace":
            block = pieces[right][1][0], pieces[right_end - 1][1][1]
            spans[left:left_end] = [block] * (left_end - left)
    return spans
