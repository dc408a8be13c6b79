"""How a sentence about "ik" becomes one about "je": only when it can be done without a mistake."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guardrails.normalise import normalise
from guardrails.phrases import PhraseBook, split_words
from guardrails.values import Language

_SUBJECTS = frozenset({"ik", "'k", "k", "ikzelf", "i"})
_MARKS = '.,!?:;"()‘’“”…-–'
_QUOTES = re.compile(r"[\"“”„«»]|(?<!\w)['‘’]|['’](?!\w)")


_SETS = (
    *("first", "second", "subjects", "people", "possessives"),
    *("then", "conditions", "opens", "hanging", "told", "asking", "asked_after", "asked_of"),
    *("joining", "subordinate", "before_nouns", "prepositions", "elided", "nouns"),
    *("heavy", "tags", "reports", "absolute", "filler", "lead", "empty"),
)
"""The lists of words in grammar.toml that are plain sets."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The word lists of grammar.toml, and what may never be given back."""

    language: Language
    first: frozenset[str]  # words about the person self
    subjects: frozenset[str]  # ik, wij
    heavy: frozenset[str]  # words of a message that weighs: niet, moe
    tags: frozenset[str]  # hè: makes a question of a statement
    reports: frozenset[str]  # zei, stond: what someone else said is no question
    second: frozenset[str]  # words about who is spoken to
    words: Mapping[str, str]  # "mijn" → "je"
    present: Mapping[str, str]  # "ben" → "bent"
    past: frozenset[str]  # the same in both persons
    inverted: Mapping[str, str]  # "kan ik" → "kun je"
    elided: frozenset[str]  # verbs that may begin a message without "ik"
    nouns: frozenset[str]  # forms that may be a noun as well
    joining: frozenset[str]  # en, of, maar
    subordinate: frozenset[str]  # dat, omdat, als: the verb goes to the end
    then: frozenset[str]  # dan: what follows on a condition
    conditions: frozenset[str]  # als, toen
    opens: frozenset[str]  # words that open a clause with its own subject: je, de
    hanging: frozenset[str]  # dan, daarom: not without what went before
    told: frozenset[str]  # verbs that tell the program what to do at the start: vertel, geef
    asking: frozenset[str]  # hoe, wat
    asked_after: frozenset[str]  # is, zijn: after those
    asked_of: frozenset[str]  # ik, dat: after a verb at the start
    before_nouns: frozenset[str]  # articles and prepositions
    prepositions: frozenset[str]  # "van mij" → "van jou"
    lead: frozenset[str]  # words that fall away at the start: nou, ja, en
    tail: tuple[str, ...]  # and at the end: hè, ofzo
    absolute: frozenset[str]  # niemand, altijd: a sign of a thought, where thoughts are doubted
    filler: frozenset[str]  # words that fall away when a clause is said: gewoon
    empty: frozenset[str]  # words that say nothing by themselves
    people: frozenset[str]
    possessives: frozenset[str]
    never: PhraseBook  # what is not given back in any form
    thought: PhraseBook  # what is a thought: quoted as one, never said as a fact

    @classmethod
    def of(cls, table: Mapping[str, Any], language: Language) -> "Grammar":
        """The lists of one language; raises KeyError when one is missing."""
        present: dict[str, str] = {stem: _second_person(stem) for stem in " ".join(table.get("stems", [])).split()}
        return cls(
            language=language,
            words=table["words"],
            present={**present, **table["verbs"]},
            past=frozenset(" ".join(table["past"]).split()),
            inverted=table["inverted"],
            tail=tuple(table["tail"]),
            never=PhraseBook(("never", pattern) for pattern in table["never"]),
            thought=PhraseBook(("thought", pattern) for pattern in table["thought"]),
            **{name: frozenset(" ".join(table[name]).split()) for name in _SETS},
        )

    def blocked(self, text: str) -> bool:
        """Does this hold a verdict on oneself, a method, a delusion or a detail of harm?"""
        return any(True for _ in self.never.find(split_words(normalise(text))))

    def has_verb(self, text: str) -> bool:
        """Does a clause hold a verb that the lists know? In English, where any word may be one, always."""
        if self.language is not Language.NL:
            return True
        known = {*self.present, *self.present.values(), *self.past, *self.asked_after}
        return bool({bare(word) for word in text.split()} & known)

    def weighs(self, text: str) -> bool:
        """Does a message hold words that weigh?"""
        return bool({bare(word) for word in text.split()} & self.heavy)

    def is_thought(self, text: str) -> bool:
        """Is this a thought about how things are, more than something that happened?"""
        return any(True for _ in self.thought.find(split_words(normalise(text))))

    def begins(self, clause: str) -> str:
        """How a clause begins: "asks" a question, "after" a clause of its own, "told" the program what to do, or ""."""
        plain = [bare(word) for word in clause.split()]
        first, second = plain[0], plain[1] if len(plain) > 1 else ""
        if first in self.told and second not in _SUBJECTS:
            return "told"
        if first in self.asking and ("'s" in first or second in _SUBJECTS) and self.language is Language.EN:
            return "asks"
        if first in self.asking and (second in self.asked_after or second in self.present or second in self.past):
            return "asks"
        if self.language is Language.EN and first in self.asked_after and second and not self.reports & set(plain):
            return "asks"
        verb_first = first in self.present or first in self.past or first in self.asked_after
        if verb_first and second in self.asked_of and not self.reports & set(plain):
            return "asks"
        return "after" if first in self.subordinate or first in self.hanging else ""

    def shift(self, clause: str) -> str | None:
        """The clause in the second person, or None when that cannot be done surely."""
        words = [word for word in clause.split() if bare(word) not in self.filler]
        plain = [bare(word) for word in words]
        _, colon, after = clause.partition(":")
        if set(plain) & self.second or _QUOTES.search(clause) or (colon and self.first & set(after.lower().split())):
            return None
        turned = self._dutch(plain) if self.language is Language.NL else self._english(plain)
        return None if turned is None else " ".join(_like(w, t) for w, t in zip(words, turned, strict=True)).strip()

    def person(self, text: str) -> str | None:
        """The first of the person's own people in a message, as it is said to the person: "je zus"."""
        plain = [bare(word) for word in text.split()]
        for place, word in enumerate(plain[:-1]):
            if word in self.possessives and plain[place + 1] in self.people:
                return f"{self.words.get(word, word)} {plain[place + 1]}"
        return None

    def _english(self, plain: list[str]) -> list[str] | None:
        turned: list[str] = []
        for place, word in enumerate(plain):
            near = {plain[place - 1] if place else "", plain[place + 1] if place + 1 < len(plain) else ""}
            subject = bool(near & {"i", "we"}) or (place == 0 and word in self.elided)
            new = self.present[word] if subject and word in self.present else self.words.get(word, word)
            turned.append(f"you {new}" if place == 0 and word in self.elided and word in self.present else new)
        return turned

    def _dutch(self, plain: list[str]) -> list[str] | None:
        turned = [self._word(plain, place) for place in range(len(plain))]
        subjects = [place for place, word in enumerate(plain) if word in _SUBJECTS]
        for number, place in enumerate(subjects):
            end = subjects[number + 1] if number + 1 < len(subjects) else len(plain)
            if not self._turn_verb(plain, turned, place, end):
                return None
        silent = plain[0] in self.elided and 1 not in subjects
        if silent:
            if len(plain) > 1 and (plain[1] in self.past or plain[1] in ("is", "zijn", "gaat", "wordt", "dat", "het")):
                return None if subjects else turned
            turned[0] = f"je {self._verb(plain[0])}"
        if subjects or silent:
            self._turn_joined(plain, turned)
        return turned

    def _turn_verb(self, plain: list[str], turned: list[str], place: int, end: int) -> bool:
        """Turn the verb that belongs to the "ik" at `place`; False when it cannot be found surely."""
        before = plain[place - 1] if place else ""
        if before in ("dan", "als") and place == len(plain) - 1:
            turned[place] = "jij"
            return True
        if before in self.present or before in self.past:
            turned[place - 1] = self.inverted.get(before, before)
            return True
        if before in self.subordinate:
            return self._turn_last(plain, turned, place + 1, end)
        if before and before not in self.joining:
            return False
        verb = self._verb(plain[place + 1]) if place + 1 < len(plain) else None
        if verb is None:
            return False
        turned[place + 1] = verb
        return True

    def _turn_last(self, plain: list[str], turned: list[str], start: int, end: int) -> bool:
        """In a clause after dat, omdat, als: the last verb form that is no noun is the one that changes."""
        stop = next((n for n in range(start, end) if plain[n] in self.subordinate), end)
        for place in range(stop - 1, start - 1, -1):
            word = plain[place]
            if (word in self.present or word in self.past) and plain[place - 1] not in self.before_nouns:
                turned[place] = self._verb(word) or word
                return True
        return False

    def _turn_joined(self, plain: list[str], turned: list[str]) -> None:
        """A second verb after en or maar: "lig wakker en pieker"."""
        for place in range(1, len(plain)):
            word = plain[place]
            after = plain[place + 1] if place + 1 < len(plain) else ""
            if after in _SUBJECTS or word in self.nouns:
                continue
            if plain[place - 1] in self.joining and word in self.present:
                turned[place] = self._verb(word) or word

    def _verb(self, word: str) -> str | None:
        return word if word in self.past else self.present.get(word)

    def _word(self, plain: Sequence[str], place: int) -> str:
        word = plain[place]
        if word == "mij" and place == len(plain) - 1 and plain[place - 1] in self.prepositions:
            return "jou"
        return self.words.get(word, word)


def bare(word: str) -> str:
    """A word as the lists hold it: lower case, without the marks around it."""
    return word.lower().replace("’", "'").strip(_MARKS)


def _second_person(stem: str) -> str:
    return stem if stem.endswith("t") else stem + "t"


def _like(original: str, new: str) -> str:
    """`new` with the marks around it that `original` had."""
    old = bare(original)
    if old == new:
        return original
    text = original.replace("’", "'")
    start = text.lower().find(old)
    return original[:start] + new + original[start + len(old) :] if start >= 0 and old else new
