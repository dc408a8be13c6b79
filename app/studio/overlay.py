"""The reviewed texts with changes laid over them, in memory: the guard loads from it as from the real folder."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, cast

from app.studio.values import StudioError

PARTS = ("prompts", "guardrails")
_KINDS = (".toml", ".md")
_LARGEST = 4 * 1024 * 1024
_HIDDEN = ("interface", "studio")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of one reviewed file, before and after. Paths are relative to the project, with forward slashes."""

    path: str
    before: str
    after: str


class _Overlaid:
    """Stands where a `Path` is expected: what was changed is read from memory, the rest from disk."""

    def __init__(self, path: Path, texts: Mapping[Path, str]) -> None:
        self._path, self._texts = path, texts

    def __truediv__(self, name: str | Path) -> "_Overlaid":
        return _Overlaid(self._path / name, self._texts)

    def __lt__(self, other: "_Overlaid") -> bool:
        return self._path < other._path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Overlaid) and self._path == other._path

    def __hash__(self) -> int:
        return hash(self._path)

    @property
    def parent(self) -> "_Overlaid":
        return _Overlaid(self._path.parent, self._texts)

    def glob(self, pattern: str) -> Iterator["_Overlaid"]:
        return (_Overlaid(path, self._texts) for path in self._path.glob(pattern))

    def read_text(self, encoding: str = "utf-8") -> str:
        found = self._texts.get(self._path)
        return self._path.read_text(encoding=encoding) if found is None else found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._path, name)


def overlay(home: Path, changes: tuple[Change, ...]) -> Path:
    """A home to load from, with the changes in it. Raises `StudioError` for one that does not fit."""
    return cast("Path", _Overlaid(home, {home / path: text for path, text in changed(home, changes).items()}))


def changed(home: Path, changes: tuple[Change, ...]) -> dict[str, str]:
    """Path to whole new text, for every file that is touched. Raises `StudioError` for a change that does not fit."""
    texts: dict[str, str] = {}
    for change in changes:
        now = texts.get(change.path) or read(home, change.path)
        lines = now.split("\n")
        if not change.before.strip() or lines.count(change.before) != 1:
            raise StudioError("does_not_fit")
        lines[lines.index(change.before)] = change.after.replace("\r\n", "\n").rstrip("\n")
        texts[change.path] = "\n".join(lines)
    return texts


def read(home: Path, path: str) -> str:
    """A reviewed file. Raises `StudioError` for any other path, also one that leads out of the project."""
    pure = PurePosixPath(path)
    good = len(pure.parts) > 1 and pure.parts[0] in PARTS and ".." not in pure.parts and pure.suffix in _KINDS
    real = home / path
    if not good or "\\" in path or not real.is_file() or not real.resolve().is_relative_to(home.resolve()):
        raise StudioError("no_such_text", 404)
    if real.stat().st_size > _LARGEST:
        raise StudioError("no_such_text", 404)
    return real.read_text(encoding="utf-8")


def editable(home: Path) -> tuple[str, ...]:
    """The files a workshop may change: what the program says and how the guard reads; not the pages' own words."""
    found = (path.relative_to(home) for part in PARTS for path in (home / part).rglob("*") if path.suffix in _KINDS)
    return tuple(sorted(path.as_posix() for path in found if not set(path.parts) & set(_HIDDEN)))
