"""No new internet socket and no file outside what is allowed: tried from Python, native code and a child."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.hardening.linux import landlock_version
from tests.commands.conftest import Start, wait_until
from tests.commands.conftest import start as start
from tests.faults.conftest import MODEL, TINY, begin, page_of, worker_of

HOME = Path(__file__).parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="seccomp and Landlock are of Linux")
landlock = pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock")

_SOCKETS = """
import ctypes, errno, json, socket, subprocess, sys
from app.hardening.linux import refuse_internet
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
took = refuse_internet()
def python(family, kind):
    try:
        socket.socket(family, kind).close()
    except PermissionError:
        return "refused"
    return "made"
def native(number, *words):
    library = ctypes.CDLL(None, use_errno=True)
    return "refused" if library.syscall(number, *words) == -1 and ctypes.get_errno() == errno.EACCES else "made"
child = subprocess.run([sys.executable, "-c", "import socket; socket.socket()"], capture_output=True)
accepted, _ = listener.accept()
client.sendall(b"still here")
local = socket.socketpair()
print(json.dumps({
    "took": took,
    "python": [python(f, k) for f in (2, 10, 16, 17) for k in (socket.SOCK_STREAM, socket.SOCK_DGRAM)],
    "native": [native(41 if "x86" in __import__("platform").machine() else 198, 2, 2, 0), native(425, 8, None)],
    "child": child.returncode,
    "heard": accepted.recv(20).decode(),
    "again": refuse_internet(),
}))
"""

_FILES = """
import json, os, sys, subprocess
from pathlib import Path
from app.hardening.linux import only_read
folder = Path(sys.argv[1])
(folder / "model").write_text("weights")
(folder / "secret").write_text("words")
took = only_read([folder / "model", Path(sys.prefix), Path(sys.base_prefix), Path("/usr/lib")], [Path("/dev/null")])
def tried(work):
    try:
        work()
    except PermissionError:
        return "refused"
    return "done"
def renamed():
    (folder / "model").rename(folder / "other")
print(json.dumps([took, tried((folder / "model").read_text), [tried(work) for work in (
    (folder / "secret").read_text,
    lambda: (folder / "new").write_text("x"),
    lambda: (folder / "model").write_text("x"),
    lambda: os.truncate(folder / "model", 0),
    (folder / "secret").unlink,
    renamed,
    lambda: (folder / "d").mkdir(),
    lambda: os.listdir(folder),
    lambda: Path("/etc/passwd").read_text(),
)]]))
"""


def _run(script: str, *words: str) -> Any:
    done = subprocess.run([sys.executable, "-c", script, *words], cwd=HOME, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@linux
def test_no_new_socket_but_a_local_one_and_the_open_ones_go_on() -> None:
    found = _run(_SOCKETS)
    assert found.pop("took") is True
    assert found.pop("again") is True
    assert found.pop("child") != 0
    assert found == {"python": ["refused"] * 8, "native": ["refused"] * 2, "heard": "still here"}


@landlock
def test_only_what_is_allowed_is_read_and_nothing_is_written(tmp_path: Path) -> None:
    took, model, others = _run(_FILES, str(tmp_path))
    assert took is True
    assert model == "done"
    assert others == ["refused"] * 9


@linux
def test_the_running_program_and_its_model_are_confined(start: Start) -> None:
    server = start("--model", str(TINY))
    talk = begin(server)
    assert wait_until(lambda: MODEL in page_of(server, talk), 60)
    for process in (psutil.Process(server.process.pid), worker_of(server)):
        status = Path(f"/proc/{process.pid}/status").read_text()
        assert "NoNewPrivs:\t1" in status
        assert "Seccomp:\t2" in status
    assert server.stop() == 0


@linux
def test_the_launcher_is_not_confined_and_goes_with_the_program(start: Start) -> None:
    server = start()
    (launcher,) = psutil.Process(server.process.pid).children()
    assert "Seccomp:\t0" in Path(f"/proc/{launcher.pid}/status").read_text() or _in_a_container()
    server.process.kill()
    server.process.wait(10)
    assert wait_until(lambda: not launcher.is_running() or launcher.status() == psutil.STATUS_ZOMBIE)


def _in_a_container() -> bool:
    return "Seccomp:\t2" in Path("/proc/self/status").read_text()
