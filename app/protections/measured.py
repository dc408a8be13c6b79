"""Tries every protection and says what was found; what a system does not offer is no failure."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.protections.system import crypto_versions, hibernates, page_file

_HOME = Path(__file__).resolve().parents[2]
_SECONDS = 60.0
_LEAST_SQLCIPHER = (4, 17)


@dataclass(frozen=True, slots=True)
class Protection:
    """`holds` None: this system does not offer it, or it cannot be seen from here. Names are keys of texts."""

    name: str
    holds: bool | None


def measure(folder: Path) -> tuple[Protection, ...]:
    """Everything, in the order in which it is told. `folder` is the data folder, which need not exist."""
    found = _probe("confined")
    files = _probe("files")
    linux = sys.platform == "linux"
    posix = sys.platform != "win32"
    return (
        Protection("gone", _lock_means_gone() if posix else None),
        Protection("no_internet", found.get("no_internet", False) if linux else None),
        Protection("hook", found.get("hook", False)),
        Protection("loopback", found.get("loopback", False)),
        Protection("no_core", found.get("no_core", False)),
        Protection("not_readable", found.get("not_readable", False) if posix else None),
        Protection("no_new_privileges", found.get("no_new_privileges", False) if linux else None),
        Protection("private_files", found.get("private_files", False) if posix else None),
        Protection("model_writes_nothing", files.get("refused") if files.get("offered") else None),
        Protection("encryption", _encrypts()),
        Protection("folder", _folder_is_private(folder)),
        Protection("page_file", page_file()),
        Protection("hibernation", hibernates()),
    )


ADVICE = frozenset({"page_file", "hibernation"})
"""What the system decides and not this program: told with what to do, and no failure."""


def _probe(name: str) -> dict[str, Any]:
    """What a process of its own found, confined as the program is; nothing when it could not tell."""
    words = [sys.executable, "-X", "utf8", "-m", "app.protections.probe", name]
    with suppress(subprocess.SubprocessError, OSError, ValueError):
        done = subprocess.run(words, cwd=_HOME, capture_output=True, timeout=_SECONDS, check=True)
        return dict(json.loads(done.stdout))
    return {}


def _lock_means_gone() -> bool | None:
    """A process with a secret becomes a fresh one, as at a lock; its memory is read before and after."""
    if sys.platform != "linux":
        return None
    words = [sys.executable, "-X", "utf8", "-m", "app.protections.probe", "secret"]
    with subprocess.Popen(words, cwd=_HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdin is None or process.stdout is None:
            return False
        try:
            half = process.stdout.readline().strip()  # the secret is twice this: it never stands whole in a pipe
            before = _count(process.pid, half + half)
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
            after = _count(process.pid, half + half)
        except OSError:  # another process may not be read here: nothing can be told
            return None
        finally:
            process.kill()
    return before > 0 and after == 0


def _count(pid: int, secret: bytes) -> int:
    found = 0
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            place, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            start, end = (int(number, 16) for number in place.split("-"))
            with suppress(OSError, OverflowError):
                memory.seek(start)
                found += memory.read(end - start).count(secret)
    return found


def _encrypts() -> bool:
    version = dict(crypto_versions()).get("SQLCipher", "").split(" ")[0].split(".")
    return len(version) > 1 and tuple(map(int, version[:2])) >= _LEAST_SQLCIPHER


def _folder_is_private(folder: Path) -> bool | None:
    if sys.platform == "win32" or not folder.exists():
        return None
    found = folder.stat()
    return found.st_mode & 0o077 == 0 and found.st_uid == os.getuid()
