"""How hard a passphrase is to guess, in three words. A rule, not an estimate: it knows no dictionary.

Each distinct piece counts for what it adds: a common word 1 or 2, another word 3 (about 14 bits), a sign 1,
a digit less; a row of keys, a year, a known password or the same piece again next to nothing.
"""

import re
import unicodedata
from typing import Final, Literal

from guardrails.frequency import RARITY

Strength = Literal["weak", "fair", "strong"]

SHORTEST: Final = 12
_FAIR, _STRONG = 8.0, 12.0
_ROWS: Final = tuple(
    row[::step]
    for row in (
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "azertyuiop",
        "qsdfghjklm",
        "01234567890",
        "abcdefghijklmnopqrstuvwxyz",
    )
    for step in (1, -1)
)
_SHORTEST_ROW = 4
_SIGNS_FOR_LETTERS = str.maketrans("@4$50317!", "aassoelti")
_KNOWN: Final = frozenset(
    "wachtwoord wachtzin welkom geheim password passphrase passwort welcome letmein iloveyou ikhouvanjou"
    " ikhouvanje sleutel klankbord admin master dragon monkey football princess sunshine schatje lieverd"
    " voetbal ajax feyenoord amsterdam rotterdam nederland belgie computer laptop login secret hallo hello"
    " correct horse battery staple correcthorsebatterystaple zomer winter lente herfst summer autumn spring"
    " januari februari maart april mei juni juli augustus september oktober november december"
    " january february march june july august october qwerty azerty".split()
)
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(r"(0?[1-9]|[12]\d|3[01])[-/. ]?(0?[1-9]|1[0-2])[-/. ]?((19|20)?\d\d)(?!\d)")
_SEPARATORS = frozenset("-_.,;:'’/+&")
_VERY_LONG, _LONGEST = 24, 1024
_IN_EVERY_SENTENCE = 3  # tier of guardrails.frequency


def strength_of(passphrase: str) -> Strength:
    """`weak` is refused for something new; the words are the same for the same passphrase, everywhere."""
    text = unicodedata.normalize("NFC", passphrase[:_LONGEST]).casefold()
    if len(text) < SHORTEST:
        return "weak"
    weight = _weight(_once(text))
    return "strong" if weight >= _STRONG else "fair" if weight >= _FAIR else "weak"


def _once(text: str) -> str:
    """A text that is one piece over and over, as that piece."""
    again = re.fullmatch(r"(.+?)\1+", re.sub(r"[\s\-]", "", text))
    if again is None:
        return text
    signs = [place for place, sign in enumerate(text) if not re.match(r"[\s\-]", sign)]
    return text[: signs[len(again[1]) - 1] + 1]


def _weight(text: str) -> float:
    total, dates = 0.0, 0
    text, dates = _DATE.subn(" ", text)
    total += dates
    for token in set(text.split()):
        plain = re.sub(r"[\W\d_]+$", "", token)
        read = plain.translate(_SIGNS_FOR_LETTERS)
        if read != plain and (read in _KNOWN or read in RARITY):
            total += 1.5
            token = token[len(plain) :]
        total += sum(_piece(piece) for piece in set(_PIECE.findall(token)))
    return total


def _piece(piece: str) -> float:
    if _YEAR.fullmatch(piece):
        return 1.0
    short = _without_rows(re.sub(r"(.)\1{2,}", r"\1", piece))
    if piece.isdigit():
        return 0.7 * len(short)
    if len(piece) == 1:
        return 0.2 if piece in _SEPARATORS else 1.0
    if piece in _KNOWN:
        return 1.0
    if piece in RARITY:
        return 2.0 if RARITY[piece] > _IN_EVERY_SENTENCE else 1.0
    return min(len(short), 3.0 if len(piece) <= _VERY_LONG else 6.0)


def _without_rows(piece: str) -> str:
    """Each row of keys in it, of four or more, as one sign."""
    out, at = "", 0
    while at < len(piece):
        length = max(_row_at(piece, at, row) for row in _ROWS)
        out += piece[at]
        at += length if length >= _SHORTEST_ROW else 1
    return out


def _row_at(piece: str, at: int, row: str) -> int:
    """How many signs from `at` on stand in this row, in its order."""
    start = row.find(piece[at])
    if start < 0:
        return 1
    length = 1
    while at + length < len(piece) and row[start + length : start + length + 1] == piece[at + length]:
        length += 1
    return length
