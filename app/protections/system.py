"""What the system and the libraries tell: page file, sleep, versions, files of ours."""

import os
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.vault.driver import connect

_ENCRYPTED_OR_MEMORY = ("/dev/dm-", "/dev/mapper/", "/dev/zram")
_PACKAGES = ("argon2-cffi", "cryptography", "sqlcipher3")


def page_file() -> bool | None:
    """True when memory never goes to a disk in clear; False when it may; None when this cannot be seen."""
    if sys.platform != "linux":
        return None
    try:
        lines = Path("/proc/swaps").read_text(encoding="utf-8").splitlines()[1:]
    except OSError:
        return None
    return all(line.startswith(_ENCRYPTED_OR_MEMORY) for line in lines)


def hibernates() -> bool | None:
    """True when this system does not write its memory to a disk to sleep; None when this cannot be seen."""
    if sys.platform != "linux":
        return None
    try:
        return Path("/sys/power/resume").read_text(encoding="utf-8").strip() == "0:0"
    except OSError:  # a kernel without hibernation has no such file
        return not Path("/sys/power/disk").exists()


def crypto_versions() -> tuple[tuple[str, str], ...]:
    """Name and version of what encrypts here, asked of the libraries themselves."""
    connection = connect("file::memory:")
    connection.set_key(memoryview(bytearray(32)))  # of an empty database: only then the provider tells its version
    try:
        asked = (
            ("SQLCipher", "PRAGMA cipher_version"),
            ("SQLite", "SELECT sqlite_version()"),
            ("SQLCipher, OpenSSL", "PRAGMA cipher_provider_version"),
        )
        found = [(name, _first(connection.execute(sql).fetchone())) for name, sql in asked]
    finally:
        connection.close()
    return (*found, *((name, _package(name)) for name in _PACKAGES), ("Python", platform.python_version()))


def files_below(folder: Path) -> tuple[tuple[str, int], ...]:
    """Name and size in bytes of every file of a folder, in order of name."""
    found: list[tuple[str, int]] = []
    for path in folder.rglob("*"):
        with suppress(OSError):  # it has gone in between
            if path.is_file():
                found.append((path.relative_to(folder).as_posix(), path.stat().st_size))
    return tuple(sorted(found))


def open_for_writing(but: Iterable[Path]) -> tuple[str, ...] | None:
    """Regular files this process has open for writing outside some folders; None where it cannot be seen."""
    if sys.platform != "linux":
        return None
    allowed = tuple(path.resolve() for path in but)
    found: list[str] = []
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError, ValueError):
            place = Path(os.readlink(entry))  # noqa: PTH115, a link that is no path is looked at too
            flags = Path(f"/proc/self/fdinfo/{entry.name}").read_text(encoding="ascii").split()[3]
            writes = int(flags, 8) & os.O_ACCMODE != os.O_RDONLY
            if writes and place.is_file() and not any(place.is_relative_to(folder) for folder in allowed):
                found.append(place.as_posix())
    return tuple(found)


def _first(row: tuple[object, ...] | None) -> str:
    return str(row[0]) if row else ""


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
