"""Flags of a command; what is wrong with them is one sentence, not a page."""

import argparse
from typing import NoReturn

from app.commands.saying import CommandError


class Arguments(argparse.ArgumentParser):
    """Whole flag names only. Raises `CommandError` with the way the command is typed."""

    def __init__(self, command: str) -> None:
        super().__init__(prog=f"python -m app {command}", allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        typed = " ".join(self.format_usage().split()).split("python -m app ")[-1]
        raise CommandError("usage", code=2, usage=typed)
