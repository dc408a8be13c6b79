"""Make the lock files anew from pyproject.toml, with hashes and without any address: `make lock`."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from app.setup.environment import DEV_LOCK, RUN_LOCK, House
from app.setup.llama import BUILD_LOCK, LLAMA_LOCK

EVALS_LOCK = "requirements-evals.lock"
# django-htmx is here for two script files and never imported, so Django is not needed.
_LEFT_OUT = ("django", "asgiref", "sqlparse")
# What the engine needs and the app has loaded already: putting it there again could break a running app.
_IN_RUN_LOCK = ("jinja2", "markupsafe", "typing-extensions")
_COMPILE = ("--universal", "--generate-hashes", "--no-annotate", "--python-version=3.11", "--quiet")


@dataclass(frozen=True, slots=True)
class _Lock:
    """One lock file: what it is made from, which locks it must agree with, what is left out of it."""

    name: str
    source: str
    agrees_with: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def options(self) -> list[str]:
        """The words for uv."""
        agree = [f"--constraints={name}" for name in self.agrees_with]
        return [
            self.source,
            f"--output-file={self.name}",
            *agree,
            *map("--no-emit-package={}".format, self.left_out),
        ]


_LOCKS = (
    _Lock(RUN_LOCK, "pyproject.toml", left_out=_LEFT_OUT),
    _Lock(LLAMA_LOCK, "--group=llama", (RUN_LOCK,), _IN_RUN_LOCK),
    _Lock(BUILD_LOCK, "--group=llama-build"),
    _Lock(DEV_LOCK, "--group=dev", (RUN_LOCK, LLAMA_LOCK)),
    _Lock(EVALS_LOCK, "--group=evals"),
)


def relock(house: House, words: Sequence[str]) -> int:
    """Write the locks; `words` go to uv (for instance --upgrade). 0, or uv's code at the first failure."""
    return next(filter(None, (_compile(house, lock, words) for lock in _LOCKS)), 0)


def _compile(house: House, lock: _Lock, words: Sequence[str]) -> int:
    command = [str(house.python), "-m", "uv", "pip", "compile", *_COMPILE, *lock.options(), *words]
    command.append("--custom-compile-command=make lock")
    return subprocess.run(command, cwd=house.root, env=_as_pip_is_set(house), check=False).returncode


def _as_pip_is_set(house: House) -> dict[str, str]:
    """Where pip is told to look is where uv looks; it does not read pip's settings itself."""
    names = {"index-url": "UV_DEFAULT_INDEX", "find-links": "UV_FIND_LINKS"}
    asked = [str(house.python), "-m", "pip", "config", "list"]
    lines = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    pairs = (line.partition("=") for line in lines)
    settings = {key.split(".")[-1]: value.strip("'\"") for key, _, value in pairs}
    return {**{uv: settings[name] for name, uv in names.items() if name in settings}, **os.environ}
