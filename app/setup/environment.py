"""The environment in .venv: made once, filled from the locks, skipped when a stamp says nothing changed."""

import hashlib
import os
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.setup.locking import TakenError, only_one
from app.setup.machine import has_venv
from app.setup.pip import run_pip
from app.setup.sentences import SetupError, sentence

RUN_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"


@dataclass(frozen=True, slots=True)
class House:
    """Where the checkout is, and what set-up keeps in it."""

    root: Path

    @property
    def venv(self) -> Path:
        """The environment the program runs in."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of that environment."""
        return python_in(self.venv)

    @property
    def log(self) -> Path:
        """What pip said the last time; nothing of a person is ever in it."""
        return self.venv / "klankbord-setup.log"


def python_in(folder: Path) -> Path:
    """The interpreter of the environment in `folder`, on this system."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(house: House, *locks: str) -> None:
    """See that .venv exists and holds what these locks say; raises SetupError when that cannot be.

    Costs a few milliseconds and starts no pip when every stamp is as it was.
    """
    if _is_done(house, locks):
        return
    guard = house.root / ".venv.lock"  # beside the environment: making that anew empties it
    try:
        try:
            with only_one(guard, wait=False):
                _install(house, locks)
            return
        except TakenError:
            print(sentence("busy"), flush=True)
        with only_one(guard, wait=True):
            if not _is_done(house, locks):
                _install(house, locks)
    except PermissionError:
        raise SetupError("read_only") from None


def stamp_of(*parts: bytes) -> str:
    """What a stamp holds: one digest of everything that would make the installed thing another one."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamped(house: House, name: str, value: str) -> bool:
    """Whether the stamp of a lock says that `value` is what is installed."""
    path = _stamp_path(house, name)
    return path.exists() and path.read_text(encoding="utf-8") == value


def stamp(house: House, name: str, value: str) -> None:
    """Note, after it is done, that `value` is what is installed."""
    _stamp_path(house, name).write_text(value, encoding="utf-8")


def make_venv(folder: Path, *, clear: bool = False) -> None:
    """Make an environment with pip; raises SetupError when this Python lacks the parts for it."""
    if not has_venv():
        raise SetupError("no_venv")
    try:
        venv.create(folder, with_pip=True, clear=clear, symlinks=os.name != "nt")
    except subprocess.CalledProcessError:  # ensurepip ended with an error of its own
        raise SetupError("no_venv") from None


def _install(house: House, locks: Sequence[str]) -> None:
    print(sentence("setting_up"), flush=True)
    if not _works(house):
        make_venv(house.venv, clear=True)
    words = ["install", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    run_pip(house.python, [*words, *(f"--requirement={house.root / name}" for name in locks)], log=house.log)
    for name in locks:
        stamp(house, name, _lock_stamp(house, name))


def _is_done(house: House, locks: Sequence[str]) -> bool:
    return all(stamped(house, name, _lock_stamp(house, name)) for name in locks) and _works(house)


def _works(house: House) -> bool:
    """Whether the interpreter starts and is still the version whose packages lie here.

    A system upgrade can take it away, or put another version under the same name.
    """
    if not house.python.exists():
        return False
    asked = [str(house.python), "-I", "-S", "-c", "import sys; print('%d.%d.' % sys.version_info[:2])"]
    version = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    config = house.venv / "pyvenv.cfg"
    lines = config.read_text(encoding="utf-8").splitlines() if config.exists() else []
    return bool(version) and any(line.startswith(f"version = {version}") for line in lines)


def _lock_stamp(house: House, name: str) -> str:
    return stamp_of((house.root / name).read_bytes())


def _stamp_path(house: House, name: str) -> Path:
    return house.venv / f"klankbord-{name}.stamp"
