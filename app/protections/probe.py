"""A process that confines itself as the program does, tries what must not work, and tells it as JSON."""

import ctypes
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from app.commands.serving.listener import listen
from app.hardening import harden
from app.hardening.linux import internet_refused, landlock_version, only_read, refuse_internet
from app.web.security.egress import Egress

_PR_GET_DUMPABLE, _PR_GET_NO_NEW_PRIVS = 3, 39
_ELSEWHERE = ("192.0.2.1", 9)  # an address for documentation: nobody is there
_CHILD = "import socket; socket.socket(socket.AF_INET)"
_AGAIN = "import sys; print('fresh', flush=True); sys.stdin.readline()"


def main(words: list[str]) -> None:
    if words == ["secret"]:
        _secret()
    print(json.dumps({"confined": _confined, "files": _files}[words[0]]()))  # noqa: T201


def _confined() -> dict[str, bool]:
    egress = Egress(lambda: None)
    egress.install()
    taken = harden()
    with listen(0) as listener:
        loopback = listener.getsockname()[0] == "127.0.0.1"
        hook = _refused_by_hook() and egress.attempts == 1
        refuse_internet()
        return {
            "loopback": loopback,
            "hook": hook,
            "no_internet": internet_refused() and _native_refused() and _child_refused(),
            "no_core": taken.no_core and _no_core(),
            "not_readable": taken.not_readable and _flag(_PR_GET_DUMPABLE) in (0, None),
            "no_new_privileges": _flag(_PR_GET_NO_NEW_PRIVS) == 1,
            "private_files": _private_files(),
        }


def _refused_by_hook() -> bool:
    try:
        socket.create_connection(_ELSEWHERE, timeout=0.1).close()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _native_refused() -> bool:
    return sys.platform == "linux" and ctypes.CDLL(None).socket(socket.AF_INET, socket.SOCK_STREAM, 0) == -1


def _child_refused() -> bool:
    done = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, check=False)
    return done.returncode != 0 and b"PermissionError" in done.stderr


def _no_core() -> bool:
    if sys.platform == "win32":
        return True
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def _flag(number: int) -> int | None:
    return ctypes.CDLL(None).prctl(number, 0, 0, 0, 0) if sys.platform == "linux" else None


def _private_files() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(b"")
        return path.stat().st_mode & 0o077 == 0


def _files() -> dict[str, bool]:
    """As the model worker: one file may be read, nothing written."""
    if not landlock_version():
        return {"offered": False}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(b"")
        return _in_child(path)


def _in_child(path: Path) -> dict[str, bool]:
    """In a child: what confines itself here could not even remove its own folder."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        took = only_read([path])
        os.write(writer, b"1" if took and _writes_nothing(path) else b"0")
        os._exit(0)
    os.waitpid(pid, 0)
    return {"offered": True, "refused": os.read(reader, 1) == b"1"}


def _writes_nothing(path: Path) -> bool:
    path.read_bytes()
    for work in (lambda: path.write_bytes(b"x"), (path.parent / "other").touch, path.unlink):
        try:
            work()
        except OSError:
            continue
        return False
    return True


def _secret() -> None:
    """Hold a secret, say half of it, then become a fresh process when told to."""
    half = secrets.token_hex(16)
    held = [half + half]
    sys.stdout.write(f"{half}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    assert held  # noqa: S101, it is held until here
    os.execv(sys.executable, [sys.executable, "-c", _AGAIN])  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
