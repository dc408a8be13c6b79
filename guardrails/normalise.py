"""One normaliser before every layer: the same message in any spelling gives the same words."""

import re
import unicodedata

_PLAIN = {
    "’": "'", "‘": "'", "‛": "'", "´": "'", "`": "'", "ʼ": "'", "′": "'", "＇": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"', "–": "-", "—": "-", "‑": "-", "…": ".",
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "€": " euro ",
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "і": "i", "ѕ": "s", "к": "k", "м": "m", "т": "t",
}  # fmt: skip
_EMOJI = {
    "💀": "emojiskull", "☠": "emojiskull", "🔪": "emojiknife", "🗡": "emojiknife", "💊": "emojipill",
    "⚰": "emojicoffin", "🪦": "emojicoffin", "🔫": "emojigun", "🩸": "emojiblood", "🪢": "emojinoose",
    "😂": "emojilaugh", "🤣": "emojilaugh", "😹": "emojilaugh", "😭": "emojicry", "🌉": "emojibridge",
    "🚆": "emojitrain",
}  # fmt: skip
_TABLE = str.maketrans(_PLAIN | {sign: f" {word} " for sign, word in _EMOJI.items()})
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_REPEATS = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLES = frozenset("aeouls")
"""Letters that Dutch and English often write double; any other letter typed three times is meant once."""
_SPACED = re.compile(r"(?<![^\W_])((?:[^\W\d_][ .\-_*]){2,}[^\W\d_])(?![^\W_])")
_BETWEEN = re.compile(r"[ .\-_*]")
_LEET = re.compile(
    r"(?<![^\s\"'(.,:;!?])(?=[a-z0-9@$!|]*[0-9@$!|][a-z])(?:[a-z]|[015](?=[a-z]?[0-9@$!|][a-z]))[a-z0-9@$!|]*[a-z][a-z0-9@$|]*"
)
_LEET_INNER = re.compile(r"(?<=[a-z])[0134578@$!|]+(?=[a-z])")
_LEET_LETTERS = str.maketrans("013457@$!|", "oieastasil")
_MASKED = re.compile(r"[a-z*]*[a-z]\*+[a-z]+")
_MASKABLE = (
    "zelfmoord suicide suicidal dood dead death kill killing moord sterven springen snijden pillen "
    "myself mezelf overdose verkracht rape raped murder hang"
).split()
_SPACES = re.compile(r"[ \t\u00a0]+")
_RUN = frozenset(
    (
        "ik wil wou ben heb ga kan moet niet meer nog dood zijn leven weg er een eind zelfmoord mezelf "
        "laatste bericht help i am want to wanna die kill myself end it all my life dead suicide suicidal "
        "me can not do this hate cut even bestaan plegen maken aan vannacht vanavond tonight now nu the "
        "and not alive be unalive no more"
    ).split()
)
"""Words that a message typed with a space after every letter is cut back into."""


def normalise(text: str) -> str:
    """Lower-case text with one form for quotes, letters, spaces and repeats.

    Digits that are ages, times, doses or phone numbers stay; digits and signs that stand for letters inside a
    word become letters. Emoji that name a means, death or laughter become words ("emojipill").
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text).translate(_TABLE))
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
        text = text.lower().translate(_TABLE)
    text = _CONTROL.sub(" ", text).lower()
    text = _REPEATS.sub(_repeat, text)
    text = _SPACED.sub(_join, text)
    if "*" in text:
        text = _MASKED.sub(_unmask, text)
    if _LEET_INNER.search(text):
        text = _LEET.sub(_unleet, text)
    return _SPACES.sub(" ", text).strip()


def _repeat(found: re.Match[str]) -> str:
    letter = found.group(1)
    return letter * 2 if letter in _DOUBLES else letter


def _join(found: re.Match[str]) -> str:
    word = _BETWEEN.sub("", found.group(1))
    return _cut(word) if len(word) > 6 else word


def _cut(run: str) -> str:
    """A run of letters as the known words it is made of, or as it is."""
    best: list[list[str] | None] = [[], *[None for _ in run]]
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 9), end):
            before, word = best[start], run[start:end]
            if before is not None and word in _RUN:
                found = best[end]
                if found is None or len(before) + 1 < len(found):
                    best[end] = [*before, word]
    whole = best[-1]
    return " ".join(whole) if whole else run


def _unmask(found: re.Match[str]) -> str:
    masked = found.group()
    for word in _MASKABLE:
        if len(word) == len(masked) and all(a in ("*", b) for a, b in zip(masked, word, strict=True)):
            return word
    return masked


def _unleet(found: re.Match[str]) -> str:
    word = found.group()
    if not _LEET_INNER.search(word):
        return word
    head = word.rstrip("!")
    return head.translate(_LEET_LETTERS) + word[len(head) :]
