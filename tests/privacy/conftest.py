"""Where a program could leave words behind: its folders, what it holds open, and what it says."""

import base64
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.commands.conftest import HOME
from tests.commands.conftest import start as start


def forms(word: str) -> tuple[bytes, ...]:
    """How a word may stand in a file: as text in several encodings, or as base64 at each of three places."""
    raw = word.encode()
    shifted = (base64.b64encode(b"\0" * shift + raw)[4:-4] for shift in range(3))
    return (raw, word.encode("utf-16-le"), word.encode("utf-16-be"), raw.hex().encode(), *shifted)


def holds(data: bytes, words: Iterable[str]) -> list[str]:
    return [word for word in words if any(form in data for form in forms(word))]


class Places:
    """The data folder, a temporary folder of its own, and the files of the working folder that are new."""

    def __init__(self, data: Path, temporary: Path, working: Path) -> None:
        self.data, self.temporary, self.working = data, temporary, working
        self._before = set(self._of(working))

    def hits(self, words: Iterable[str]) -> list[str]:
        """Places in which one of the words stands in clear."""
        words = tuple(words)
        new = [path for path in self._of(self.working) if path not in self._before]
        files = [*self._of(self.data), *self._of(self.temporary), *new]
        return [f"{path.name}: {word}" for path in files for word in holds(_read(path), words)]

    @staticmethod
    def _of(folder: Path) -> Iterator[Path]:
        for path in folder.rglob("*"):
            if not {".git", ".venv", "__pycache__"} & set(path.parts) and path.is_file():
                yield path


def open_hits(pid: int, words: Iterable[str]) -> list[str]:
    """Files that a process and its children hold open, deleted ones too, in which one of the words stands."""
    words = tuple(words)
    found: list[str] = []
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        for path in _open_files(process):
            found += [f"{path}: {word}" for word in holds(_read(path), words)]
    return found


def _open_files(process: psutil.Process) -> list[Path]:
    if sys.platform != "linux":
        return [Path(file.path) for file in process.open_files()]
    try:
        return [path for path in Path(f"/proc/{process.pid}/fd").iterdir() if path.is_file()]
    except PermissionError:  # a hardened process of the same user: only root may look
        return []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # gone in between
        return b""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return Places(tmp_path / "data", temporary, HOME)
