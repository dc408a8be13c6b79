"""What commands say on the terminal: one reviewed sentence, in the language the terminal is set to."""

import locale
import os
import sys
import tomllib
from pathlib import Path
from typing import TextIO


class CommandError(Exception):
    """A command cannot go on. `key` names a sentence; `fields` holds numbers and names of settings only."""

    def __init__(self, key: str, *, code: int = 1, **fields: object) -> None:
        super().__init__(key)
        self.key, self.code, self.fields = key, code, fields


def sentence(key: str, **fields: object) -> str:
    data = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
    return str(data[language()][key]).format(**fields)


def say(key: str, **fields: object) -> None:
    """One line on standard output, at once."""
    _write(sys.stdout, sentence(key, **fields))


def complain(key: str, **fields: object) -> None:
    """One line on standard error, at once."""
    _write(sys.stderr, sentence(key, **fields))


def _write(stream: TextIO, line: str) -> None:
    """Whatever the terminal can write: a character it does not know never stops the program."""
    encoding = stream.encoding or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()


def language() -> str:
    """nl or en; Dutch when nothing is set."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    found = next(filter(None, names), "") or (locale.getlocale()[0] or "")
    return "en" if found.lower().startswith("en") else "nl"
