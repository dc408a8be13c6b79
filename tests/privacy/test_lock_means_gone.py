"""One second after a lock no process of ours holds a passphrase, a key or a word that was written."""

import re
import sys
from pathlib import Path

import psutil
import pytest

from app.vault.keyfile import parse
from app.vault.keys import open_with_passphrase
from tests.commands.conftest import Server, Start, wait_until
from tests.faults.conftest import MODEL, PASSPHRASE, TINY, begin, keep, look_around, page_of, text_of, unlock

SAID = "Zeshoekige kanarie op de zolder"
FORMS = ("utf-8", "utf-16-le", "utf-32-le")


def processes(server: Server) -> list[psutil.Process]:
    main = psutil.Process(server.process.pid)
    return [main, *main.children(recursive=True)]


def memory_of(pid: int) -> list[bytes]:
    """Every writable page of a process."""
    found: list[bytes] = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if not match:
                continue
            start, end = (int(number, 16) for number in match.groups())
            try:
                memory.seek(start)
                found.append(memory.read(end - start))
            except (OSError, OverflowError, ValueError):
                continue
    return found


def hits(server: Server, *secrets: bytes) -> dict[bytes, int]:
    """How often each is found, over all processes of ours."""
    blocks = [block for process in processes(server) for block in memory_of(process.pid)]
    assert sum(map(len, blocks)) > 10_000_000
    return {secret: sum(block.count(secret) for block in blocks) for secret in secrets}


def keys_of(folder: Path) -> list[bytes]:
    """The vault key and the database key, as bytes and as hexadecimal text."""
    file = parse((folder / "vault" / "vault.keys").read_bytes())
    with open_with_passphrase(file, PASSPHRASE) as key:
        raw = [bytes(key._key), bytes(key.database_key())]
    return [*raw, *(part.hex().encode() for part in raw), *(part.hex().upper().encode() for part in raw)]


def forms(text: str) -> list[bytes]:
    return [text.encode(form) for form in FORMS]


def _may_read_memory() -> bool:
    return sys.platform == "linux" and psutil.Process().username() == "root"


needs_root = pytest.mark.skipif(not _may_read_memory(), reason="only root may read the memory of a process here")


@needs_root
@pytest.mark.parametrize("way", ["/vergrendelen", "/weg"])
def test_nothing_is_left_one_second_after_a_lock(start: Start, way: str) -> None:
    server = start("--model", str(TINY))
    talk = begin(server)
    assert wait_until(lambda: MODEL in page_of(server, talk), 60)
    server.post(f"{talk}/bericht", text=f"{SAID} is van mij.")
    keep(server)
    keys = keys_of(server.folder)
    before = {process.pid for process in processes(server)}
    assert any(count for count in hits(server, *forms(SAID)).values())
    assert server.post(way).status == 303
    assert wait_until(lambda: server.get("/toestand").text.startswith('{"phase":"locked"'), 5)
    assert wait_until(lambda: not any(hits(server, *forms(SAID), *forms(PASSPHRASE), *keys).values()), 1)
    workers = [pid for pid in before if pid != server.process.pid and not psutil.pid_exists(pid)]
    assert workers, "the model worker was still there"
    server.launch = fresh(server)
    assert SAID in page_of(server, unlock(server))
    assert server.stop() == 0


def fresh(server: Server) -> str:
    from tests.privacy.test_no_connection import _fresh_address

    return _fresh_address(server)


@needs_root
def test_nothing_is_left_of_a_talk_that_was_not_kept(start: Start) -> None:
    server = start("--ephemeral")
    talk = begin(server)
    server.post(f"{talk}/bericht", text=f"{SAID} is van mij.")
    assert any(hits(server, *forms(SAID)).values())
    server.post("/weg")
    assert wait_until(lambda: not any(hits(server, *forms(SAID)).values()), 1)


def _locked(server: Server) -> None:
    begin(server, "BE")
    keep(server)
    server.post("/taal", language="en", country="BE")
    assert server.post("/vergrendelen").status == 303
    look_around(server)


def test_the_page_goes_on_at_once_and_language_and_country_stay(start: Start) -> None:
    server = start()
    _locked(server)
    front = server.get("/")
    assert front.status == 200
    assert 'lang="en"' in front.text
    assert "1813" in text_of(server.get("/hulp").text)
    assert server.post("/ontgrendelen", passphrase=PASSPHRASE).status == 303
    assert server.stop() == 0
    assert server.errors == ""


def test_the_way_to_help_answers_before_the_program_is_loaded_again(start: Start) -> None:
    """Every look between the lock and the next process answers, and none is an error."""
    server = start()
    begin(server)
    keep(server)
    server.post("/vergrendelen")
    for path in ("/hulp", "/notities", "/toestand", "/static/style.css", "/hulp/mens", "/", "/gesprekken"):
        assert server.get(path).status in (200, 303), path


def test_an_old_cookie_is_worth_nothing_after_a_lock(start: Start) -> None:
    server = start()
    begin(server)
    keep(server)
    old, old_token = server.cookie, server.page_token
    server.post("/vergrendelen")
    new = server.cookie
    server.cookie = old
    assert server.get("/").status == 403
    server.cookie, server.page_token = new, old_token
    assert server.post("/ontgrendelen", passphrase=PASSPHRASE).status == 403


def test_lock_and_unlock_again_and_again_keeps_port_process_and_folder(start: Start) -> None:
    server = start()
    begin(server)
    keep(server)
    for _ in range(3):
        server.post("/vergrendelen")
        look_around(server)
        assert server.post("/ontgrendelen", passphrase=PASSPHRASE).status == 303
        look_around(server)
    assert server.process.poll() is None
    other = start_refused(server)
    assert "draait al" in other


def start_refused(server: Server) -> str:
    from tests.commands.conftest import run_command

    done = run_command("serve", "--no-browser", "--data-dir", str(server.folder))
    assert done.returncode == 1
    return done.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM of this kind")
@pytest.mark.parametrize("looks", [(), ("/hulp",), ("/gesprekken",)], ids=["at once", "while it loads", "loaded"])
def test_a_stop_right_after_a_lock_ends_with_0(start: Start, looks: tuple[str, ...]) -> None:
    server = start()
    begin(server)
    keep(server)
    server.post("/vergrendelen")
    for path in looks:
        server.get(path)
    assert server.stop() == 0
    assert server.errors == ""
