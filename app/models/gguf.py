"""What the first bytes of a GGUF tell: that it is one, which architecture it has, and whether it can be used here.

A file may come from anywhere, so every length is bounded, and nothing is taken into memory but short values.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_MAX_PAIRS, _MAX_TENSORS, _MAX_STRING, _MAX_ITEMS = 4096, 1 << 20, 1 << 24, 1 << 24
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_NUMBERS = {4: "<I", 5: "<i", 10: "<Q", 11: "<q"}
_STRING, _ARRAY = 8, 9

HYBRID = frozenset(
    {
        "qwen3next", "qwen35", "qwen35moe", "lfm2", "lfm2moe", "granitehybrid", "nemotron_h", "nemotron_h_moe",
        "falcon-h1", "jamba", "mamba", "mamba2", "plamo2", "rwkv6", "rwkv7", "kimi-linear",
    }
)  # fmt: skip
"""Architectures with a running state: each turn would read the whole conversation again."""


class NotAModel(Exception):
    """The file is no GGUF of a language model, or is not whole. `code` names a sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    """`window` is the sliding window in tokens, 0 without one; `context` what the model was trained on."""

    architecture: str
    name: str
    context: int
    window: int
    hybrid: bool
    chat: bool


def read_header(path: Path) -> Header:
    """Raises `NotAModel` ("not_gguf"), and OSError when the file cannot be read."""
    with path.open("rb") as stream:
        return parse_header(stream, path.stat().st_size)


def parse_header(stream: BinaryIO, size: int) -> Header:
    """The header of a file of `size` bytes. Raises `NotAModel`."""
    try:
        return _Reader(stream, size).header()
    except (struct.error, UnicodeDecodeError):
        raise NotAModel("not_gguf") from None


def usable(path: Path) -> Header:
    """The header of a model that this program can talk with, else `NotAModel`.

    hybrid_model: no prefix can be reused, so that each turn would be slower than the one before.
    no_chat: the file has no chat template.
    """
    header = read_header(path)
    if header.hybrid:
        raise NotAModel("hybrid_model")
    if not header.chat:
        raise NotAModel("no_chat")
    return header


class _Reader:
    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._size = stream, size

    def header(self) -> Header:
        if self._take(4) != MAGIC or self._number("<I") not in _VERSIONS:
            raise NotAModel("not_gguf")
        tensors, pairs = self._number("<Q"), self._number("<Q")
        if not 0 < tensors <= _MAX_TENSORS or not 0 < pairs <= _MAX_PAIRS:
            raise NotAModel("not_gguf")
        texts: dict[str, str] = {}
        numbers: dict[str, int] = {}
        keys: set[str] = set()
        for _ in range(pairs):
            key = self._text()
            keys.add(key)
            value = self._value(self._number("<I"))
            if isinstance(value, str):
                texts[key] = value
            elif value is not None:
                numbers[key] = value
        architecture = texts.get("general.architecture", "")
        if not architecture:
            raise NotAModel("not_gguf")
        return Header(
            architecture,
            texts.get("general.name", "")[:80],
            numbers.get(f"{architecture}.context_length", 0),
            numbers.get(f"{architecture}.attention.sliding_window", 0),
            architecture in HYBRID or any(key.startswith(f"{architecture}.ssm.") for key in keys),
            bool(texts.get("tokenizer.chat_template")),
        )

    def _value(self, kind: int) -> str | int | None:
        """A text or a whole number; None for what is only skipped."""
        if kind == _STRING:
            return self._text()
        if kind in _NUMBERS:
            return self._number(_NUMBERS[kind])
        if kind == _ARRAY:
            self._skip_array()
            return None
        if kind not in _SIZES:
            raise NotAModel("not_gguf")
        self._take(_SIZES[kind])
        return None

    def _skip_array(self) -> None:
        kind, count = self._number("<I"), self._number("<Q")
        if count > _MAX_ITEMS:
            raise NotAModel("not_gguf")
        if kind in _SIZES:
            self._skip(_SIZES[kind] * count)
            return
        if kind != _STRING:  # an array of arrays stands in no model
            raise NotAModel("not_gguf")
        for _ in range(count):
            self._skip(self._number("<Q"))

    def _text(self) -> str:
        length = self._number("<Q")
        if length > _MAX_STRING:
            raise NotAModel("not_gguf")
        return self._take(length).decode("utf-8")

    def _number(self, form: str) -> int:
        return int(struct.unpack(form, self._take(struct.calcsize(form)))[0])

    def _take(self, length: int) -> bytes:
        data = self._stream.read(length)
        if len(data) != length:
            raise NotAModel("not_gguf")
        return data

    def _skip(self, length: int) -> None:
        if length > self._size or self._stream.tell() + length > self._size:
            raise NotAModel("not_gguf")
        self._stream.seek(length, 1)
