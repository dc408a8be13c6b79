"""models/catalogue.toml as frozen values: what is offered, and where it may come from."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.gguf")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
_REVISION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class CatalogueError(Exception):
    """The catalogue is not in its form; the message names the field."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where files come from. `hosts`: names, or `.name` for all below it, each with `:port` unless it is 443."""

    base: str
    hosts: tuple[str, ...]

    def allows(self, url: str) -> bool:
        """Whether a file may be fetched from there: https, a host of the list, no name or password in it."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port or 443
        except ValueError:
            return False
        if parts.scheme != "https" or parts.username is not None or parts.password is not None:
            return False
        name = host if port == 443 else f"{host}:{port}"
        return any(name.endswith(one) if one.startswith(".") else name == one for one in self.hosts)


@dataclass(frozen=True, slots=True)
class Entry:
    """One model. `size` and `memory` in bytes; `sha256` "" when the source has to announce it."""

    name: str
    title: str
    maker: str
    licence: str
    licence_url: str
    repository: str
    file: str
    revision: str
    size: int
    memory: int
    languages: tuple[str, ...]
    architecture: str
    traits: tuple[str, ...] = ()
    sha256: str = ""
    measured: bool = False
    default: bool = False
    file_by: str = ""  # who made the file, when that is not who made the model
    why_nl: str = ""
    why_en: str = ""
    sampling: Mapping[str, float] = field(default_factory=dict[str, float])

    def why(self, language: str) -> str:
        return self.why_en if language == "en" else self.why_nl


@dataclass(frozen=True, slots=True)
class Catalogue:
    source: Source
    models: tuple[Entry, ...]

    def find(self, name: str) -> Entry | None:
        return next((entry for entry in self.models if entry.name == name), None)

    def of_file(self, file: str) -> Entry | None:
        """The model that a file of this name is said to hold."""
        return next((entry for entry in self.models if entry.file == file), None)

    def url(self, entry: Entry) -> str:
        return f"{self.source.base}/{entry.repository}/resolve/{quote(entry.revision)}/{quote(entry.file)}"


def load_catalogue(home: Path) -> Catalogue:
    """models/catalogue.toml below `home`. Raises `CatalogueError`."""
    try:
        return read_catalogue((home / "models" / "catalogue.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"the catalogue cannot be read: {type(error).__name__}") from None


def read_catalogue(text: str) -> Catalogue:
    """Raises `CatalogueError` for what is missing, unknown or of the wrong form."""
    try:
        data = tomllib.loads(text)
        source = Source(data["source"]["base"].rstrip("/"), tuple(data["source"]["hosts"]))
        models = tuple(_entry(row) for row in data["model"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise CatalogueError(f"the catalogue is not in its form: {error}") from None
    if not source.allows(source.base):
        raise CatalogueError("source.base must be https and stand among source.hosts")
    for what in ("name", "file"):
        if len({getattr(entry, what) for entry in models}) != len(models):
            raise CatalogueError(f"two models share their {what}")
    if sum(entry.default for entry in models) != 1:
        raise CatalogueError("exactly one model is the default")
    return Catalogue(source, models)


def _entry(row: dict[str, Any]) -> Entry:
    values: dict[str, Any] = {
        key: tuple(cast("list[object]", v)) if isinstance(v, list) else v for key, v in row.items()
    }
    entry = Entry(**values)
    forms = (("name", _NAME), ("file", _FILE), ("repository", _REPOSITORY), ("revision", _REVISION))
    wrong = [what for what, form in forms if not form.fullmatch(getattr(entry, what))]
    if entry.sha256 and not _SHA256.fullmatch(entry.sha256):
        wrong.append("sha256")
    wrong += [what for what in ("size", "memory") if getattr(entry, what) <= 0]
    if wrong:
        raise CatalogueError(f"{entry.name}: wrong {', '.join(wrong)}")
    return entry
