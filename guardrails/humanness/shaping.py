"""The form of a reply: its length, lists, questions, language and repetition. Never a judgement on what it says."""

import re
from collections.abc import Set
from functools import lru_cache

from guardrails.humanness.text import canonical
from guardrails.sentences import plain, sentences
from guardrails.values import Language

MAX_ITEMS = 3
_NL = frozenset(
    (
        "ik je jij jou jouw het een de en van dat dit niet is zijn was met voor op aan als maar ook er om "
        "dan nog naar bij uit wel kan kun geen wat wie waar hoe die deze zo mijn hij zij ze we wij over "
        "door heb hebt heeft bent ben worden wordt mag moet wil veel meer al toch iets iemand gaat ga"
    ).split()
)
_EN = frozenset(
    (
        "i you your the a an and of that this not is are was were with for on at as but also there to "
        "then still from by out can no what who where how those these so my he she they we about through "
        "have has do does did be been will would could should it its if or up more already someone "
        "something it's don't you're that's"
    ).split()
)
_ONLY_NL = _NL - _EN
_ONLY_EN = _EN - _NL
_MIN_HITS = 3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_IDENTITY = re.compile(r"\b(?:programma|computerprogramma|program|programme|geen mens|not a person|not a human)\b")


def wrong_language(text: str, language: Language) -> bool:
    """Is this sentence clearly in another language than the one asked for? Loose words do not count."""
    letters = [c for c in text if c.isalpha()]
    if sum(c > "\u024f" for c in letters) > len(letters) / 2:
        return True
    words = canonical(text).replace("-", " ").split()
    dutch = sum(w.strip('.,!?:;"()') in _ONLY_NL for w in words)
    english = sum(w.strip('.,!?:;"()') in _ONLY_EN for w in words)
    if language is Language.NL:
        return english >= _MIN_HITS and dutch == 0
    return language is Language.EN and dutch >= _MIN_HITS and english == 0


def languages_of(words: Set[str]) -> tuple[Language, ...]:
    """The languages that a sentence of these words may be in: one when its small words say so, else both."""
    dutch, english = len(words & _ONLY_NL), len(words & _ONLY_EN)
    if dutch == english:
        return (Language.NL, Language.EN)
    return (Language.NL,) if dutch > english else (Language.EN,)


def count_words(text: str) -> int:
    """Words as a reader counts them."""
    return len(_WORD.findall(text))


def is_question(text: str) -> bool:
    """Does the sentence, quotations aside, ask something?"""
    return bool(re.search(r"\?[\"'”’)\s]*$", text))


def key(text: str) -> str:
    """A sentence as it counts for repetition."""
    return " ".join(re.findall(r"\w+", canonical(text)))


@lru_cache(maxsize=8)
def keys_of(replies: tuple[str, ...]) -> frozenset[str]:
    """Keys of all sentences in earlier replies that may not be said again word for word."""
    found = (plain(sentence) for reply in replies for sentence in sentences(reply))
    return frozenset(key(text) for text in found if repeatable(text) is False)


def repeatable(text: str) -> bool:
    """Short answers, numbers and what the program is may be said again."""
    return count_words(text) < 4 or bool(re.search(r"\d{3}", text)) or bool(_IDENTITY.search(canonical(text)))


def join(parts: tuple[str, ...]) -> str:
    """Shown sentences as one text: list items on lines of their own."""
    text = ""
    for part in parts:
        if not part:
            continue
        line = part.startswith("- ") or text.rpartition("\n")[2].startswith("- ")
        text += ("\n" if line else " ") + part if text else part
    return text
