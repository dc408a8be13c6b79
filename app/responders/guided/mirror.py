"""Giving a person's own words back: which words, and in what form."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.responders.guided.grammar import Grammar, bare

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|[\n;]+")
_CLAUSE = re.compile(r", | (?:en|maar|want|dus|and|but|so) ", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d")
_EDGES = " -–—,.…!?\"'‘’“”()*:"
_BROKEN = re.compile(r"\b\w+:\S|https?:|www\.|@|<|>|\{|\}|\d{4,}")
MIN_WORDS, MAX_WORDS = 2, 13
SHORT = 7
_LEAD = 6

Form = Literal["said", "quoted", "thought", "asked"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message that could be given back, as written."""

    text: str
    asks: bool = False
    after: bool = False  # begins with omdat, dat: cannot stand alone
    late: float = 0.0  # 0 at the start of the message, 1 at its end
    told: bool = False  # tells the program to do something


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is given back, and whether it is said, quoted, or named as a thought or a question."""

    text: str
    form: Form


def clauses(text: str, grammar: Grammar) -> tuple[Clause, ...]:
    """The parts of a message that could be given back, in order."""
    parts: dict[str, Clause] = {}
    sentences = [s for s in _SENTENCE.split(text) if s and s.strip()]
    for place, sentence in enumerate(sentences):
        late = (place + 1) / len(sentences)
        asks = sentence.rstrip(" )'\"’”").endswith("?")
        whole = _clean(sentence, grammar)
        pieces = [whole] if _fits(whole) else [_clean(piece, grammar) for piece in _CLAUSE.split(sentence)]
        for piece, loose in (cut for piece in pieces for cut in _cut(piece, grammar)):
            if _fits(piece) and not _BROKEN.search(piece) and _balanced(piece):
                begins = grammar.begins(piece)
                after = not asks and (loose or begins == "after")
                parts.setdefault(piece.lower(), Clause(piece, asks or begins == "asks", after, late, begins == "told"))
    return tuple(parts.values())


def mirrors(text: str, grammar: Grammar, *, careful: bool, doubted: bool) -> list[Mirror]:
    """Everything that may be given back, the most telling first.

    `careful`: the message holds danger or a belief that must not be echoed; only what is not about the person's
    own acts is left. `doubted`: nothing is said as a fact that the person only thinks.
    """
    ranked = sorted(clauses(text, grammar), key=lambda clause: -worth(clause, grammar))
    found = [
        _form(clause, grammar, careful=careful, doubted=doubted) for clause in ranked if worth(clause, grammar) > 0
    ]
    return [mirror for mirror in found if mirror]


def worth(clause: Clause, grammar: Grammar) -> float:
    """How telling a clause is: concrete words, people and numbers; less for a question or talk to the program."""
    words = [bare(word) for word in clause.text.split()]
    content = [word for word in words if word not in grammar.empty and word not in grammar.first]
    if not content:
        return 0.0
    score = min(3.0, sum(1.0 for word in content if len(word) >= 6)) + min(len(content), 8) / 4
    score += 1.0 if set(words) & grammar.people else 0.0
    score += 0.7 if _NUMBER.search(clause.text) else 0.0
    score += 0.8 * clause.late
    score -= 1.6 if clause.asks else 0.0
    score -= 0.8 if clause.after else 0.0
    score -= 2.5 if set(words) & grammar.second else 0.0
    score -= 0.6 if len(words) > SHORT + 3 else 0.0
    return score


def sentence(text: str) -> str:
    """A clause as a sentence of its own."""
    clean = text.strip().rstrip(".,;:!?")
    return clean[:1].upper() + clean[1:] + "."


def fill(frame: str, words: str) -> str:
    """Words in a frame that quotes them; quotation marks within become double ones."""
    inner = re.sub(r"(?<!\w)['‘’]([^'‘’]*)['’](?!\w)", r"“\1”", words.rstrip(".,;:!?"))
    return frame.replace("{words}", inner)


def content(text: str, grammar: Grammar) -> frozenset[str]:
    """The words of a text that say something."""
    words = {bare(word) for word in _WORD.findall(text)}
    return frozenset(word for word in words if word and word not in grammar.empty and word not in grammar.first)


def unused(found: list[Mirror], fresh: Callable[[str], bool], besides: str = "") -> Mirror | None:
    """The first that was not given back before and does not stand in `besides`, in lower case."""
    return next((m for m in found if m.text.lower() not in besides and fresh(sentence(m.text))), None)


def _form(clause: Clause, grammar: Grammar, *, careful: bool, doubted: bool) -> Mirror | None:
    plain = {bare(word) for word in clause.text.split()}
    if clause.told or grammar.blocked(clause.text) or (plain & grammar.second and len(plain) < SHORT):
        return None
    if careful and (plain & grammar.first or clause.asks or grammar.is_thought(clause.text)):
        return None
    if clause.asks:
        return Mirror(clause.text, "asked")
    if doubted and (plain & grammar.first or plain & grammar.absolute or grammar.is_thought(clause.text)):
        return Mirror(clause.text, "thought")
    if grammar.is_thought(clause.text):
        return Mirror(clause.text, "quoted")
    turned = None if clause.after else grammar.shift(clause.text)
    return Mirror(clause.text, "quoted") if turned is None else Mirror(turned, "said")


def _fits(text: str) -> bool:
    return MIN_WORDS <= len(_WORD.findall(text)) <= MAX_WORDS


def _cut(piece: str, grammar: Grammar) -> list[tuple[str, bool]]:
    """A piece that is still too long, cut before the words that begin a clause of their own; those hang loose."""
    words = piece.split()
    if len(words) <= MAX_WORDS:
        return [(piece, False)]
    places = [n for n, word in enumerate(words) if n > 1 and bare(word) in grammar.subordinate]
    cuts = [0, *places, len(words)]
    return [(" ".join(words[a:b]).strip(_EDGES), True) for a, b in zip(cuts, cuts[1:], strict=False)]


def _clean(text: str, grammar: Grammar) -> str:
    """A clause without the words at its edges that say nothing."""
    words = text.strip(_EDGES).split()
    while len(words) > MIN_WORDS and (
        bare(words[0]) in grammar.lead or (words[0][-1] == "," and len(words[0]) < _LEAD)
    ):
        words = words[1:]
    clean = " ".join(words).strip(" -–—,.…!?*:")
    for tail in grammar.tail:
        if clean.lower().endswith(" " + tail):
            clean = clean[: -len(tail) - 1].rstrip(" ,")
    return clean


def _balanced(text: str) -> bool:
    """Does every quotation mark that opens also close? A word like 's morgens opens nothing."""
    return len(re.findall(r"(?<!\w)['‘’\"“”](?![sntkm]\b)|(?<=\w)['’\"“”](?!\w)", text)) % 2 == 0
