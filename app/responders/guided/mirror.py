"""Giving a person's own words back: which words, and how a sentence about "ik" becomes one about "je"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.responders.guided.data import Verbs

_SENTENCE = re.compile(r"[.!?\n;…]+")
_CLAUSE = re.compile(r",| (?:en|maar|want|dus|omdat|terwijl|and|but|because|so|while) ", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d")
_FIRST = frozenset(
    ("ik 'k k i i'm im i've i'd i'll mij me mijn mn m'n my mine mezelf mijzelf myself we wij ons onze our us").split()
)
_SECOND = frozenset(["je", "jij", "jou", "jouw", "jullie", "u", "uw", "ge", "gij", "you", "your", "yours"])
_EMPTY = frozenset(
    (
        "hoi hallo hey hi hello dag ja nee ok oke okay yes no weet niet gewoon nou nu eh uhm haha lol "
        "help hulp please thanks bedankt"
    ).split()
)
_PEOPLE = frozenset(
    (
        "moeder vader ma pa mam pap ouders zus broer zoon dochter kind kinderen man vrouw vriend vriendin "
        "vrienden ex oma opa baas chef collega collega's leidinggevende buurvrouw buurman hond kat mother "
        "father mum mom dad parents sister brother son daughter child kids husband wife partner friend "
        "friends boss manager colleague neighbour gran grandad dog cat"
    ).split()
)
_SELF_LABEL = re.compile(
    r"\b(ik ben|ben ik|i am|i'm|im) (zo )?(een|n|such|a|an|so|gewoon|niks|nothing|just)\b", re.IGNORECASE
)
MIN_WORDS, MAX_WORDS = 2, 11


@dataclass(frozen=True, slots=True)
class Mirror:
    """A clause of the person, as it can be given back."""

    clause: str
    shifted: str | None  # in the second person, when that can be done without a mistake


def clauses(text: str) -> tuple[str, ...]:
    """The parts of a message that could be given back, as written, in order."""
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        whole = sentence.strip(" -–—\"'‘’“”()")
        if MIN_WORDS <= len(_WORD.findall(whole)) <= MAX_WORDS:
            parts.append(whole)
            continue
        for clause in _CLAUSE.split(sentence):
            clean = clause.strip(" -–—\"'‘’“”()")
            if MIN_WORDS <= len(_WORD.findall(clean)) <= MAX_WORDS:
                parts.append(clean)
    return tuple(dict.fromkeys(parts))


def best(text: str, used: str, *, careful: bool, verbs: Verbs) -> Mirror | None:
    """The clause most worth giving back that was not given back before; none when there is nothing fitting.

    `careful`: the message holds a belief or danger that must not be echoed; a verdict on oneself is passed over.
    """
    ranked = sorted(clauses(text), key=_worth, reverse=True)
    for clause in ranked:
        if _worth(clause) <= 0 or clause.lower() in used:
            continue
        if _SELF_LABEL.search(clause):
            continue
        if careful and set(_words(clause)) & _FIRST:
            continue
        mirror = Mirror(clause, shift(clause, verbs))
        if mirror.shifted is None or mirror.shifted.lower() not in used:
            return mirror
    return None


def shift(clause: str, verbs: Verbs) -> str | None:
    """The clause in the second person, or None when it cannot be done surely."""
    words = clause.split(" ")
    plain = [_bare(word) for word in words]
    if set(plain) & _SECOND:
        return None
    if not set(plain) & _FIRST:
        return clause
    shifted: list[str] = []
    for place, word in enumerate(plain):
        before = plain[place - 1] if place else ""
        if before in ("ik", "'k", "k", "i"):
            verb = _verb(word, verbs)
            if verb is None:
                return None
            shifted.append(_like(words[place], verb))
        else:
            shifted.append(_like(words[place], verbs.words.get(word, word)))
    for place, word in enumerate(plain):
        if (
            word in ("ik", "i")
            and place
            and plain[place - 1]
            in (
                "dat",
                "omdat",
                "als",
                "toen",
                "of",
                "wat",
                "hoe",
                "waar",
                "die",
                "wanneer",
                "sinds",
                "voordat",
                "nadat",
            )
        ):
            if place + 1 >= len(plain) or plain[place + 1] not in verbs.verbs:
                return None if "ik" in plain else " ".join(shifted)
    return " ".join(shifted)


def _verb(word: str, verbs: Verbs) -> str | None:
    if word in verbs.unchanged:
        return word
    return verbs.verbs.get(word)


def _bare(word: str) -> str:
    return word.lower().replace("’", "'").strip('.,!?:;"()‘“”')


def _like(original: str, new: str) -> str:
    """`new` with the marks and the capital that `original` had."""
    bare = _bare(original)
    if bare == new:
        return original
    text = original.replace("’", "'")
    start = text.lower().find(bare)
    return original[:start] + new + original[start + len(bare) :] if start >= 0 else new


def _words(text: str) -> list[str]:
    return [w.lower().replace("’", "'") for w in _WORD.findall(text)]


def _worth(clause: str) -> float:
    words = _words(clause)
    content = [w for w in words if w not in _EMPTY]
    if not content:
        return 0.0
    worth = min(3.0, sum(1.0 for w in content if len(w) >= 6)) + min(len(content), 7) / 4
    worth += 1.0 if set(words) & _PEOPLE else 0.0
    worth += 0.8 if _NUMBER.search(clause) else 0.0
    worth -= 2.5 if set(words) & _SECOND else 0.0
    return worth


def sentence(clause: str) -> str:
    """A clause as a sentence of its own."""
    clean = clause.strip().rstrip(".,;:!?")
    return clean[:1].upper() + clean[1:] + "."


def unused(choices: Sequence[str], used: str, start: int) -> str | None:
    """The first wording from `start` on that does not stand in what was shown before."""
    for step in range(len(choices)):
        choice = choices[(start + step) % len(choices)]
        if choice.lower() not in used:
            return choice
    return None
