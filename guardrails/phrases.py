"""A small language for phrases, free in gaps and word order, matched on the words of a message.

A pattern is a row of slots, separated by spaces:

    dood          the word itself
    zelfmoord*    a word that begins so; *moord a word that ends so; *moord* one that holds it
    (dood|weg|van kant)   one of these, each may be several words
    [echt|gewoon] the same, but it may be absent
    ..            up to three other words; ..6 up to six; never past the end of a sentence
    <a ; b ; c>   these rows in any order, with up to four words between them (at most three)
    ^  $          the start or end of a sentence
    @name         a named group of alternatives

Words are what `normalise` leaves: lower case, no diacritics. Apostrophes inside a word belong to it.
Patterns are indexed by a word they cannot do without, so a message is held only against the few that
can match: the cost does not grow with the number of rules.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from guardrails.forms import FORMS
from guardrails.frequency import RARE, RARITY
from guardrails.words import Words, split_words

_TOKEN = re.compile(r"<[^<>]*>|\[[^\]]*\]|\([^)]*\)|\.\.\d*|\S+")
_GAP = r"(?:[^ .]+ ){0,%d}"
_STEM = 4
_PLAIN_WORD = re.compile(r"(?<![\w@*.'-])[a-z0-9']+(?:[-/][a-z0-9']+)*(?![\w*'-])")
_NESTED = re.compile(r"[(\[][^()\[\]]*[(\[]")
_NOT_IN_WORD = re.compile(r"[()\[\]<>|;$]|\.\.|\?.|.\?")


class PatternError(ValueError):
    """A pattern in a rule file cannot be read; the message names the pattern, never a person's text."""


__all__ = ["Match", "PatternError", "Phrase", "PhraseBook", "Words", "split_words"]


class Phrase:
    """One pattern and the rule it belongs to; made into regular expressions when they are first needed.

    `needs`: of each of these sets one word must be in the text. `anchor`: the slot by which it is indexed; from there
    on the `tail` is tried, at the places of the word only, before the whole is looked for. Compiling thousands of
    patterns takes seconds, and a conversation needs few of them: `PhraseBook.warm` does it ahead, beside other work.
    """

    __slots__ = ("_regex", "_slots", "_tail", "anchor", "needs", "owner", "source")

    def __init__(self, owner: str, source: str, slots: list[str], anchor: int | None) -> None:
        self.owner, self.source, self._slots, self.anchor = owner, source, slots, anchor
        self.needs = _needs(slots[:anchor] + slots[anchor + 1 :] if anchor is not None else slots)
        self._regex: re.Pattern[str] | None = None
        self._tail: re.Pattern[str] | None = None

    @property
    def regex(self) -> re.Pattern[str]:
        found = self._regex
        if found is None:
            found = self._regex = re.compile("".join(map(_regex, self._slots)))
        return found

    @property
    def tail(self) -> re.Pattern[str]:
        found = self._tail
        if found is None:
            found = self._tail = re.compile("".join(map(_regex, self._slots[self.anchor :])))
        return found


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched, as offsets into `Words.row`."""

    owner: str
    source: str
    start: int
    end: int


class PhraseBook:
    """Patterns of many rules, held against a text at once."""

    def __init__(self, patterns: Iterable[tuple[str, str]], groups: Mapping[str, str] | None = None) -> None:
        self._by_word: dict[str, list[tuple[Phrase, int]]] = {}  # and how many words its slot begins earlier
        self._by_stem: dict[str, list[tuple[str, Phrase]]] = {}
        self._always: list[Phrase] = []
        self._all: list[Phrase] = []
        for owner, source in patterns:
            self._add(owner, source, dict(groups or {}))

    def warm(self) -> None:
        """Compile every pattern now. Raises PatternError for one that cannot be."""
        for phrase in self._all:
            try:
                _ = phrase.regex, phrase.tail
            except re.error as error:
                raise PatternError(f"{phrase.source!r} of {phrase.owner!r} cannot be read") from error

    def find(self, words: Words) -> Iterator[Match]:
        """Every pattern that matches, once, at one of its places."""
        for phrase, hit in self._candidates(words):
            found = hit if phrase.anchor == 0 else phrase.regex.search(words.row)
            if found:
                yield Match(phrase.owner, phrase.source, found.start(), found.end())

    def find_all(self, words: Words) -> Iterator[Match]:
        """Every place where a pattern matches."""
        for phrase, _ in self._candidates(words):
            for found in phrase.regex.finditer(words.row):
                yield Match(phrase.owner, phrase.source, found.start(), found.end())

    def _candidates(self, words: Words) -> Iterator[tuple[Phrase, re.Match[str] | None]]:
        """Patterns that may match: their words are there, and from one of these on the rest follows."""
        distinct, by_word, by_stem = words.distinct, self._by_word, self._by_stem
        seen: set[Phrase] = set()
        for phrase in self._always:
            if _has(phrase.needs, distinct):
                yield phrase, None
        for word in distinct:
            for phrase, back in by_word.get(word, ()):
                for need in phrase.needs:  # written out: this is the innermost loop of reading a message
                    if need.isdisjoint(distinct):
                        break
                else:
                    if phrase not in seen and (found := _follows(phrase, words, word, back)):
                        seen.add(phrase)
                        yield phrase, found[0]
            for stem, phrase in by_stem.get(word[:_STEM], ()):
                if phrase in seen or not word.startswith(stem) or not _has(phrase.needs, distinct):
                    continue
                if found := _follows(phrase, words, word, 0):
                    seen.add(phrase)
                    yield phrase, found[0]

    def _add(self, owner: str, source: str, groups: Mapping[str, str]) -> None:
        slots = _slots(source, groups)
        place, anchor = _anchor(slots)
        phrase = Phrase(owner, source, slots, place)
        self._all.append(phrase)
        if not anchor:
            self._always.append(phrase)
            return
        for word, back in anchor:
            if word.endswith("*"):
                self._by_stem.setdefault(word[:-1][:_STEM], []).append((word[:-1], phrase))
            else:
                self._by_word.setdefault(word, []).append((phrase, back))


def _has(needs: tuple[frozenset[str], ...], distinct: frozenset[str]) -> bool:
    """A cheap look before the regex: is of every plain slot a word in the text?"""
    return not any(need.isdisjoint(distinct) for need in needs)


def _follows(phrase: Phrase, words: Words, word: str, back: int) -> tuple[re.Match[str] | None] | None:
    """Whether from one of the places of a word on, the rest of a pattern is there; with the match of that rest."""
    if phrase.anchor is None:
        return (None,)
    match, row, starts = phrase.tail.match, words.row, words.starts
    for place in words.places[word]:
        if place >= back and (found := match(row, starts[place - back])):
            return (found,)
    return None


def _slots(source: str, groups: Mapping[str, str]) -> list[str]:
    def put(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in groups:
            raise PatternError(f"unknown group @{name} in pattern {source!r}")
        return "(" + groups[name] + ")"

    expanded = source
    for _ in range(3):  # a group may name groups
        expanded = re.sub(r"@([a-z_]+)", put, expanded)
    expanded = _flatten(expanded) if _NESTED.search(expanded) else expanded
    if "-" in expanded or "/" in expanded or not FORMS.keys().isdisjoint(_PLAIN_WORD.findall(expanded)):
        expanded = _PLAIN_WORD.sub(_full_form, expanded)
    slots = _TOKEN.findall(expanded)
    if not slots:
        raise PatternError(f"empty pattern in {source!r}")
    for slot in slots:
        _check_slot(slot, source)
    return slots


def _check_slot(slot: str, source: str) -> None:
    """A sign that means something to a pattern, at a place where it would be read as a letter, is a mistake."""
    if slot.startswith("<"):
        for part in slot[1:-1].split(";"):
            for inner in _TOKEN.findall(part):
                _check_slot(inner, source)
    elif slot[0] in "([":
        if wrong := [word for row in _alternatives(slot) for word in row.split() if _NOT_IN_WORD.search(word)]:
            raise PatternError(f"{wrong[0]!r} in pattern {source!r}: no gap, end or other sign inside brackets")
    elif slot not in "^$" and not slot.startswith("..") and _NOT_IN_WORD.search(slot):
        raise PatternError(f"{slot!r} in pattern {source!r}: no bracket or other sign inside a word")


def _full_form(found: re.Match[str]) -> str:
    words = re.split(r"[-/]", found.group())
    return " ".join(FORMS.get(word, word) for word in words)


def _flatten(text: str) -> str:
    """Take inner brackets out of alternatives: (a|(b|c)) is (a|b|c). An inner one must be a whole alternative."""
    out: list[str] = []
    depth = 0
    before = ""  # the last sign that is no space
    closed = False
    for char in text:
        inner = depth and char in "(["
        if (inner and before not in "([|") or (depth and closed and char not in " |)]"):
            raise PatternError(f"brackets within brackets are a whole alternative, in pattern {text!r}")
        if char in "([":
            if depth == 0:
                out.append(char)
            depth += 1
        elif char in ")]":
            depth -= 1
            if depth == 0:
                out.append(char)
        else:
            out.append(char)
        if char != " ":
            before, closed = char, char in ")]" and depth > 0
    if depth:
        raise PatternError(f"brackets do not close in pattern {text!r}")
    return "".join(out)


def _word_regex(word: str) -> str:
    head, tail = word.startswith("*"), word.endswith("*")
    body = re.escape(word.strip("*"))
    return (r"[^ .]*" if head else "") + body + (r"[^ .]*" if tail else "")


def _row_regex(row: str) -> str:
    return " ".join(_word_regex(word) for word in row.split()) + " "


def _alternatives(slot: str) -> list[str]:
    return [row.strip() for row in slot[1:-1].split("|") if row.strip()]


def _regex(slot: str) -> str:
    if slot == "^":
        return r"(?:(?<=\. )|(?<=^ )|^ )"
    if slot == "$":
        return r"(?=\. |\? |$)"
    if slot.startswith(".."):
        return _GAP % int(slot[2:] or 3)
    if slot.startswith("<"):
        rows = [part.strip() for part in slot[1:-1].split(";")]
        if not 2 <= len(rows) <= 3:
            raise PatternError(f"{slot!r} takes two or three rows")
        parts = ["".join(map(_regex, _TOKEN.findall(row))) for row in rows]
        return "(?:" + "|".join((_GAP % 4).join(order) for order in permutations(parts)) + ")"
    if slot.startswith("["):
        return "(?:" + "|".join(map(_row_regex, _alternatives(slot))) + ")?"
    if slot.startswith("("):
        return r"(?:(?<= )" + "(?:" + "|".join(map(_row_regex, _alternatives(slot))) + "))"
    return r"(?<= )" + _row_regex(slot)


def _needs(slots: Iterable[str]) -> tuple[frozenset[str], ...]:
    needs: list[frozenset[str]] = []
    for slot in slots:
        if slot.startswith("<"):
            needs += (need for row in slot[1:-1].split(";") for need in _needs(_TOKEN.findall(row)))
        elif slot not in "^$" and not slot.startswith(("..", "[")):
            rows = _alternatives(slot) if slot.startswith("(") else [slot]
            words = frozenset(max(row.split(), key=_rarity) for row in rows)
            if not any("*" in word for word in words):
                needs.append(words)
    return tuple(sorted(needs, key=len))


def _rarity(word: str) -> float:
    """How rare a word is; of rare words the longer one counts as rarer."""
    bare = word.strip("*")
    return RARITY.get(bare, RARE) + min(len(bare), 12) / 12


def _anchor(slots: list[str]) -> tuple[int | None, list[tuple[str, int]]]:
    """The slot to index a pattern by: its place, and the words of which one must be in the text.

    With each word comes how many words of its row stand before it. The place is None for rows in any order; no words
    when the pattern has no slot that it cannot do without.
    """
    best: list[tuple[str, int]] = []
    where: int | None = None
    best_score = 0.0
    for place, slot in enumerate(slots):
        found = _indexed(slot)
        if not found or any(word.startswith("*") or not word for word, _ in found):
            continue
        if any(word.endswith("*") and (back or _rarity(word) < _STEM) for word, back in found):
            continue
        score = min(_rarity(word) for word, _ in found) - len(found) / 16
        if not best or score > best_score:
            best, best_score = found, score
            where = None if slot.startswith("<") else place
    return where, best


def _indexed(slot: str) -> list[tuple[str, int]]:
    """The rarest word of each alternative of a slot, with the number of words before it."""
    if slot in "^$" or slot.startswith(("..", "[")):
        return []
    if slot.startswith("<"):
        return _anchor(_TOKEN.findall(slot[1:-1].split(";")[0].strip()))[1]
    rows = [row.split() for row in (_alternatives(slot) if slot.startswith("(") else [slot])]
    rarest = [max(range(len(row)), key=lambda at, row=row: _rarity(row[at])) for row in rows]
    return [(row[at], at) for row, at in zip(rows, rarest, strict=True)]
