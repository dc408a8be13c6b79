"""The models folder: the files themselves, the digests they are held to, and which of them answers.

Nothing about a person stands here. `pins.json` holds digests, `chosen` the name of a file.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from app.models.gguf import Header, NotAModel, read_header, usable
from app.vault.files import FileLock, make_folder, sync_folder

PART = ".part"
MARGIN = 500_000_000  # bytes that stay free on the disk
_CHUNK = 1 << 20
_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Pin:
    """What a file was when it was first there whole."""

    sha256: str
    size: int
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A file that has come in part: its size in the end, and the digest the source announced."""

    sha256: str
    size: int
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Installed:
    file: str
    size: int
    pin: Pin | None


class ModelFolder:
    """One folder with models. Calls read and write files: keep them off an event loop where they are long."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        make_folder(self.path)

    def lock(self) -> FileLock:
        """The right to write here. Raises `InUse` of app.vault.errors."""
        self.make()
        return FileLock(self.path / "models.lock")

    def place(self, file: str) -> Path:
        """Where a file of this name stands. Raises `NotAModel` for a name that leads elsewhere."""
        if Path(file).name != file or not file.endswith(".gguf") or file.startswith("."):
            raise NotAModel("not_gguf")
        return self.path / file

    def part(self, file: str) -> Path:
        return self.place(file).with_name(file + PART)

    def installed(self) -> tuple[Installed, ...]:
        """Whole files, dropped in by hand or got, by name."""
        pins = self.pins()
        found = sorted(path for path in self.path.glob("*.gguf") if path.is_file())
        return tuple(Installed(path.name, path.stat().st_size, pins.get(path.name)) for path in found)

    # -- digests -----------------------------------------------------------------------------------

    def pins(self) -> dict[str, Pin]:
        found: dict[str, Pin] = {}
        for file, values in _read(self.path / "pins.json").items():
            with suppress(TypeError):
                found[file] = Pin(**values)  # type: ignore[arg-type]
        return found

    def put_pin(self, file: str, pin: Pin) -> None:
        pins = self.pins() | {file: pin}
        _write(self.path / "pins.json", {name: asdict(one) for name, one in pins.items()})

    def verify(self, file: str, on_bytes: Callable[[int], None] | None = None) -> bool:
        """Whether a file is what it was when it was pinned; a file without a pin gets one now."""
        path, pin = self.place(file), self.pins().get(file)
        found = Pin(digest(path, on_bytes), path.stat().st_size)
        if pin is None:
            usable(path)
            self.put_pin(file, found)
            return True
        return (pin.sha256, pin.size) == (found.sha256, found.size)

    # -- getting -----------------------------------------------------------------------------------

    def unfinished(self, file: str) -> Unfinished | None:
        """What is known of a file that came in part; None without one."""
        values = _read(self.part(file).with_suffix(".json"))
        try:
            return Unfinished(**values) if self.part(file).is_file() else None  # type: ignore[arg-type]
        except TypeError:
            return None

    def put_unfinished(self, file: str, values: Unfinished) -> None:
        _write(self.part(file).with_suffix(".json"), asdict(values))

    def forget_part(self, file: str) -> None:
        for path in (self.part(file), self.part(file).with_suffix(".json")):
            path.unlink(missing_ok=True)

    def received(self, file: str) -> int:
        """Bytes of a file that came in part."""
        try:
            return self.part(file).stat().st_size
        except OSError:
            return 0

    def room_for(self, size: int) -> bool:
        """Whether `size` bytes fit, and the margin beside them."""
        return shutil.disk_usage(self.path).free >= size + MARGIN

    def accept(self, file: str, pin: Pin) -> None:
        """The part has come whole and its digest is right: it becomes the model."""
        usable(self.part(file))
        self.part(file).replace(self.place(file))
        sync_folder(self.path)
        self.put_pin(file, pin)
        self.forget_part(file)

    def add(self, source: Path) -> Installed:
        """Copy a file in, from a stick or another folder, and pin it. Raises `NotAModel`, OSError."""
        usable(source)
        self.make()
        name = source.name
        size = source.stat().st_size
        if not self.room_for(size):
            raise NotAModel("disk_full")
        part = self.part(name)
        try:
            with source.open("rb") as old, part.open("wb") as new:
                shutil.copyfileobj(old, new, _CHUNK)
                new.flush()
                os.fsync(new.fileno())
            pin = Pin(digest(part), size)
            self.accept(name, pin)
        finally:
            self.forget_part(name)
        return Installed(name, size, pin)

    def remove(self, file: str) -> None:
        """The file, what came of it in part, and its pin; the choice when it was this one."""
        self.place(file).unlink(missing_ok=True)
        self.forget_part(file)
        pins = self.pins()
        if pins.pop(file, None):
            _write(self.path / "pins.json", {name: asdict(pin) for name, pin in pins.items()})
        if self.chosen() == file:
            self.choose("")

    # -- which one answers ---------------------------------------------------------------------------

    def chosen(self) -> str:
        """The file that answers; "" for the guided conversation."""
        name = _read(self.path / "chosen.json").get("file", "")
        return name if isinstance(name, str) and name and (self.path / name).is_file() else ""

    def choose(self, file: str) -> None:
        if file:
            usable(self.place(file))
        self.make()
        _write(self.path / "chosen.json", {"file": file})

    def header(self, file: str) -> Header:
        return read_header(self.place(file))


def digest(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file; `on_bytes` hears how many bytes were read since."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            found.update(data)
            if on_bytes:
                on_bytes(len(data))
    return found.hexdigest()


def _read(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_LIMIT))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _write(path: Path, values: dict[str, object] | dict[str, dict[str, object]]) -> None:
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
