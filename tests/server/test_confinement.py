"""What the process does to keep its memory to itself; in a process of its own, since nothing of it can be undone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[2]

_TRIES = """
import json, socket
from app.web.security.egress import Egress
egress = Egress(lambda: None)
egress.install()
listener = socket.create_server(("127.0.0.1", 0))
socket.create_connection(listener.getsockname()).close()
left, right = socket.socketpair()
def tried(work):
    try:
        work()
    except PermissionError:
        return "refused"
    except OSError as error:
        return type(error).__name__
    return "done"
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
found = [
    tried(lambda: socket.create_connection(("192.0.2.1", 80), timeout=1)),
    tried(lambda: socket.getaddrinfo("example.org", 443)),
    tried(lambda: socket.gethostbyname("example.org")),
    tried(lambda: udp.sendto(b"x", ("192.0.2.1", 53))),
    tried(lambda: udp.connect(("192.0.2.1", 53))),
    tried(lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 80))),
    tried(lambda: socket.socket().connect(("0.0.0.0", 9))),
]
print(json.dumps([found, egress.attempts]))
"""

_HARDENED = """
import ctypes, json, os, sys
from dataclasses import asdict
from app.hardening import harden
done = asdict(harden())
seen = {}
if sys.platform != "win32":
    import resource
    seen = {"umask": os.umask(0o077), "core": resource.getrlimit(resource.RLIMIT_CORE)[0]}
if sys.platform == "linux":
    seen["dumpable"] = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
print(json.dumps([done, seen]))
"""


def _run(script: str) -> Any:
    done = subprocess.run([sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_only_this_machine_can_be_reached() -> None:
    found, attempts = _run(_TRIES)
    assert found == ["refused"] * 7
    assert attempts == 7


def test_every_step_this_system_knows_takes_hold() -> None:
    done, seen = _run(_HARDENED)
    windows = sys.platform == "win32"
    assert done == {
        "private_files": not windows,
        "no_core": True,
        "not_readable": not windows,
        "no_new_privileges": sys.platform == "linux",
    }
    expected = {"umask": 0o077, "core": 0, "dumpable": 0}
    assert seen == {name: expected[name] for name in seen}
