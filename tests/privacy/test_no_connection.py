"""Nothing leaves the machine: in a whole journey no other address is asked for, and one that is, is refused."""

import ipaddress
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from tests.commands.conftest import HOME, Server, Start, environment, wait_until
from tests.faults.conftest import MODEL, TINY, Tab, begin, keep, page_of, unlock

_ASKS_OUTSIDE = """
import socket
from app.log import Event, log_event
from app.web.security.egress import Egress
Egress(lambda: log_event(Event.OUTBOUND_REFUSED)).install()
for address in ("192.0.2.1", "example.org", "2001:db8::1"):
    try:
        socket.create_connection((address, 80), timeout=1)
    except PermissionError as error:
        print(type(error).__name__)
"""


class Watch:
    """Looks all the time at the connections of a process and its children."""

    def __init__(self, pid: int) -> None:
        self.outside: set[str] = set()
        self.looks = 0
        self._process = psutil.Process(pid)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            try:
                processes = [self._process, *self._process.children(recursive=True)]
                found = [c for process in processes for c in process.net_connections(kind="inet")]
            except psutil.Error:  # it ended in between
                continue
            self.looks += 1
            remote = {c.raddr.ip for c in found if c.raddr}
            self.outside |= {ip for ip in remote if not ipaddress.ip_address(ip).is_loopback}


def _journey(server: Server) -> None:
    """From the first page to the lock and back, with danger, help and every page."""
    talk = begin(server)
    assert wait_until(lambda: MODEL in page_of(server, talk), 60)
    for text in ("Ik slaap slecht.", "Vertel een lang verhaal.", "Ik wil niet meer leven.", "Ja"):
        with Tab(server, talk, text) as tab:
            tab.until("reply-done")
    keep(server)
    for path in ("/hulp", "/hulp/mens", "/hulp/inhoud", "/gesprekken", "/instellingen", "/notities", "/toestand"):
        assert server.get(path).status == 200
    server.post("/vergrendelen")
    server.launch = _fresh_address(server)
    assert unlock(server) == talk
    server.post("/weg")


def _fresh_address(server: Server) -> str:
    words = [sys.executable, "-m", "app", "url"]
    env = environment(KLANKBORD_DATA_DIR=str(server.folder))
    done = subprocess.run(words, cwd=HOME, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip().partition(server.host)[2]


def test_no_connection_to_another_machine_is_made_in_a_whole_journey(start: Start) -> None:
    server = start("--model", str(TINY))
    watch = Watch(server.process.pid)
    try:
        _journey(server)
    finally:
        watch.end()
    assert server.stop() == 0
    assert watch.looks > 20
    assert watch.outside == set()
    assert "outbound_refused" not in server.errors


def test_what_asks_for_another_machine_is_refused_and_counted() -> None:
    done = subprocess.run([sys.executable, "-c", _ASKS_OUTSIDE], cwd=HOME, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["OutboundError"] * 3
    assert done.stderr.splitlines() == ["klankbord outbound_refused"] * 3


if shutil.which("strace"):

    def test_the_system_itself_sees_no_connection_to_another_machine(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Native code too: every call of the program and of its children that could name an address."""
        trace = tmp_path / "trace"
        tracer = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(trace)]
        start_program = subprocess.Popen
        monkeypatch.setattr(subprocess, "Popen", lambda words, **rest: start_program([*tracer, *words], **rest))
        server = Server(tmp_path / "data", "--model", str(TINY))
        monkeypatch.undo()
        try:
            talk = begin(server)
            assert wait_until(lambda: MODEL in page_of(server, talk), 60)
            for text in ("Ik slaap slecht.", "Ik wil niet meer leven."):
                with Tab(server, talk, text) as tab:
                    tab.until("reply-done")
        finally:
            for process in psutil.Process(server.process.pid).children():
                process.terminate()  # a tracer passes no signal on
            server.process.communicate(timeout=30)
        lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        assert lines
        addressed = [line for line in lines if "AF_INET" in line]
        assert [line for line in addressed if "127.0.0.1" not in line and "::1" not in line] == []
