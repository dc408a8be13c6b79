"""The sentences of the set-up, in the language of the terminal, with the command that mends it here."""

import locale
import os
import tomllib
from pathlib import Path
from typing import cast

from app.setup.machine import is_root, python_version, system

_Table = dict[str, dict[str, str]]


class SetupError(Exception):
    """Setting up cannot go on. `message_id` names the sentence; it never holds anything a person wrote."""

    def __init__(self, message_id: str, log: Path | None = None) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.log = log


def sentence(message_id: str, log: Path | None = None, command: str = "") -> str:
    """One line for the terminal: what is the matter and the command that mends it."""
    words = cast(_Table, _data())[_language()][message_id]
    return words.format(command=command or command_for(message_id), log=log or "")


def command_for(message_id: str) -> str:
    """What to type on this machine; how the program is started when there is nothing better."""
    commands = cast(dict[str, _Table], _data())["command"].get(message_id)
    if commands is None:
        return "python run.py" if os.name == "nt" else "python3 run.py"
    typed = commands[system()].format(python=python_version())
    return typed.removeprefix("sudo ") if is_root() else typed


def _data() -> dict[str, object]:
    return tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))


def _language() -> str:
    """nl or en: what the terminal is set to, Dutch when nothing is set."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    found = next(filter(None, names), "") or (locale.getlocale()[0] or "")
    return "en" if found.lower().startswith("en") else "nl"
