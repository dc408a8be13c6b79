"""The tiny model's vocabulary: byte tokens for input, printable pieces, merges, four control tokens."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from models.tiny_lines import CONTROL

SPACE: Final = "\u2581"
ACCENTED: Final = "éëïöüáàèêóíçÉ€\u2019\u2018\u201c\u201d\u2013\u2014\u2026"
PRINTABLE: Final = [*(chr(code) for code in range(33, 127)), *ACCENTED, "\n", SPACE]
CHUNK: Final = re.compile(rf"{SPACE}?[^\W\d_]+|.", re.DOTALL)
FIRST_BYTE: Final = 3  # <unk>, <s> and </s> come before the 256 byte tokens


@dataclass(slots=True)
class Vocabulary:
    """Pieces by id; `encode` cuts text as llama.cpp's SentencePiece tokeniser does (best score first)."""

    pieces: list[str]
    scores: list[float]
    ids: dict[str, int] = field(init=False)
    cache: dict[str, list[int]] = field(default_factory=dict[str, list[int]])

    def __post_init__(self) -> None:
        self.ids = {piece: index for index, piece in enumerate(self.pieces)}

    def control(self, token: str) -> int:
        return self.ids[token]

    def encode(self, text: str) -> list[int]:
        """Content only: control markers in `text` become ordinary characters."""
        chunks: list[str] = CHUNK.findall(text.replace(" ", SPACE))
        return [token for chunk in chunks for token in self._encode_chunk(chunk)]

    def _encode_chunk(self, chunk: str) -> list[int]:
        if chunk not in self.cache:
            self.cache[chunk] = [token for symbol in self._merge(chunk) for token in self._look_up(symbol)]
        return self.cache[chunk]

    def _merge(self, chunk: str) -> list[str]:
        symbols = list(chunk)
        while len(symbols) > 1:
            pairs = [self._score(symbols[at] + symbols[at + 1]) for at in range(len(symbols) - 1)]
            best = max(pairs)
            if best == -float("inf"):
                return symbols
            at = pairs.index(best)
            symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
        return symbols

    def _score(self, piece: str) -> float:
        index = self.ids.get(piece)
        return -float("inf") if index is None or piece in CONTROL else self.scores[index]

    def _look_up(self, symbol: str) -> list[int]:
        if symbol in self.ids:
            return [self.ids[symbol]]
        return [FIRST_BYTE + byte for byte in symbol.encode("utf-8")]


def learn(text: str, merges: int) -> Vocabulary:
    """A vocabulary with `merges` pieces of more than one character, learned from `text`."""
    words = Counter(CHUNK.findall(text.replace(" ", SPACE)))
    split = {word: list(word) for word in words}
    learned: list[str] = []
    while len(learned) < merges:
        pairs: Counter[str] = Counter()
        for word, symbols in split.items():
            for left, right in pairwise(symbols):
                pairs[left + right] += words[word]
        best = max(pairs, key=lambda piece: (pairs[piece], piece))
        learned.append(best)
        split = {word: _join(symbols, best) for word, symbols in split.items()}
    return _assemble(learned)


def _join(symbols: list[str], piece: str) -> list[str]:
    joined: list[str] = []
    for symbol in symbols:
        if joined and joined[-1] + symbol == piece:
            joined[-1] = piece
        else:
            joined.append(symbol)
    return joined


def _assemble(learned: list[str]) -> Vocabulary:
    unique = list(dict.fromkeys(learned))
    pieces = [
        "<unk>",
        "<s>",
        "</s>",
        *(f"<0x{byte:02X}>" for byte in range(256)),
        *CONTROL,
        *PRINTABLE,
        *unique,
    ]
    scores = [0.0] * (len(pieces) - len(PRINTABLE) - len(unique))
    scores += [-10_000.0] * len(PRINTABLE) + [-1.0 - rank for rank in range(len(unique))]
    return Vocabulary(pieces, scores)
