"""Giving a person's own words back: which words, and in what form."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from app.responders.guided.grammar import Grammar, bare

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|[\n;]+")
_CLAUSE = re.compile(r", | (?:en|maar|want|dus|and|but|so) ", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d")
_EDGES = " -–—,.…!?\"'‘’“”()*:"
_SHORTENED = re.compile(r"\s*(['’])(?=[tskm]\s)", re.IGNORECASE)
_BROKEN = re.compile(r"\b\w+:\S|https?:|www\.|@|<|>|\{|\}|\d{4,}")
MIN_WORDS, MAX_WORDS = 2, 13
SHORT = 8
_LEAD, _TAGGED = 6, 4
_QUOTED = 1.2  # saying it to the person is better than quoting, when both can be done

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
    place: int = 0  # which part of the message it is


def _joined(pieces: list[str], grammar: Grammar) -> list[str]:
    """ "Als de was klaar is." and "Dan riep ze." are one clause."""
    whole: list[str] = []
    for piece in pieces:
        begins = bare(piece.split()[0]) if piece.split() else ""
        if whole and begins in grammar.then and bare(whole[-1].split()[0]) in grammar.conditions:
            whole[-1] = f"{whole[-1].rstrip(' .!?,')}, {piece}"
        else:
            whole.append(piece)
    return whole


def clauses(text: str, grammar: Grammar) -> tuple[Clause, ...]:
    """The parts of a message that could be given back, in order."""
    parts: dict[str, Clause] = {}
    wholes = _joined([s for s in _SENTENCE.split(text) if s and s.strip()], grammar)
    for place, sentence in enumerate(wholes):
        asks = _asks(sentence, grammar)
        for piece, loose in _pieces(sentence, grammar):
            if _fits(piece) and not _BROKEN.search(piece) and _balanced(piece):
                begins = grammar.begins(piece)
                after = not asks and (loose or (begins == "after" and not _goes_on(piece, grammar)))
                clause = Clause(piece, asks or begins == "asks", after, (place + 1) / len(wholes), begins == "told")
                parts.setdefault(piece.lower(), clause)
    return tuple(parts.values())


def _asks(sentence: str, grammar: Grammar) -> bool:
    """Does a sentence ask something, itself and not in what someone else said?"""
    words = [bare(word) for word in sentence.split()]
    tagged = words[-1] in grammar.tags and len(words) > _TAGGED
    return (tagged or sentence.rstrip(" )'\"’”").endswith("?")) and not grammar.reports & set(words)


def _pieces(sentence: str, grammar: Grammar) -> list[tuple[str, bool]]:
    """A sentence whole when it is short enough, else its clauses; and whether each was cut off from another."""
    whole = clean(sentence, grammar)
    hangs = bool(whole) and grammar.begins(whole) == "after" and not _goes_on(whole, grammar)
    if _fits(whole) and not (hangs and _CLAUSE.search(whole)):
        return [(whole, False)]
    return [part for piece in _CLAUSE.split(sentence) for part in _cut(clean(piece, grammar), grammar)]


def _goes_on(piece: str, grammar: Grammar) -> bool:
    """ "Als de was klaar is, dan riep ze": a clause that hangs and the one it hangs on."""
    return any(f", {word} " in piece for word in grammar.then)


def mirrors(text: str, grammar: Grammar, *, careful: bool, doubted: bool) -> list[Mirror]:
    """Everything that may be given back, the most telling first.

    `careful`: the message holds danger or a belief that must not be echoed; only what is not about the person's
    own acts is left. `doubted`: nothing is said as a fact that the person only thinks.
    """
    found: list[tuple[float, Mirror]] = []
    for place, clause in enumerate(clauses(text, grammar)):
        mirror, score = _form(clause, grammar, careful=careful, doubted=doubted), worth(clause, grammar)
        if mirror and score > 0:
            found.append((score - (mirror.form != "said") * _QUOTED, replace(mirror, place=place)))
    return [mirror for _, mirror in sorted(found, key=lambda pair: -pair[0])]


def worth(clause: Clause, grammar: Grammar) -> float:
    """How telling a clause is: concrete words, people and numbers; less for a question or talk to the program."""
    words = [bare(word) for word in clause.text.split()]
    content = [word for word in words if word not in grammar.empty and word not in grammar.first]
    if not content:
        return 0.0
    score = min(3.0, sum(1.0 for word in content if len(word) >= 6)) + min(len(content), 8) / 4
    score += 0.7 if set(words) & grammar.people else 0.0
    score += 0.7 if set(words) & grammar.subjects else 0.0
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
    thought = grammar.is_thought(clause.text) or (doubted and bool(plain & grammar.absolute))
    if thought or (doubted and plain & grammar.subjects):
        return Mirror(clause.text, "thought" if thought and doubted else "quoted")
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
    return [(" ".join(words[a:b]).strip(_EDGES), True) for a, b in pairwise(cuts)]


def clean(text: str, grammar: Grammar, least: int = MIN_WORDS) -> str:
    """A clause without the words at its edges that say nothing."""
    short = _SHORTENED.match(text)  # 't weer, 's avonds: the apostrophe is part of the word
    words = ((short[1] if short else "") + text.strip(_EDGES)).split()
    while len(words) > least and (bare(words[0]) in grammar.lead or (words[0][-1] == "," and len(words[0]) < _LEAD)):
        words = words[1:]
    clean = " ".join(words).strip(" -–—,.…!?*:")
    for tail in grammar.tail:
        if clean.lower().endswith(" " + tail):
            clean = clean[: -len(tail) - 1].rstrip(" ,")
    return clean


def _balanced(text: str) -> bool:
    """Does every quotation mark that opens also close? A word like 's morgens opens nothing."""
    return len(re.findall(r"(?<!\w)['‘’\"“”](?![sntkm]\b)|(?<=\w)['’\"“”](?!\w)", text)) % 2 == 0
