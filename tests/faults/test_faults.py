"""What breaks around a conversation loses nothing that the page showed as saved, and is told in one sentence."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.commands.conftest import Server, Start, wait_until
from tests.faults.conftest import MODEL, PASSPHRASE, STORY, Tab, begin, keep, page_of, text_of, unlock, worker_of
from tests.vault.test_vault_faults import _may_mount

WithModel = Callable[..., tuple[Server, str]]
NOTE = "Het taalmodel werkt nu niet. Een vast programma geeft antwoord."
FULL = ("De schijf is vol. Maak ruimte en probeer het opnieuw. Er is niets kwijt.", "De schijf geeft een fout.")


def test_two_tabs_that_send_at_once_lose_nothing(start: Start) -> None:
    server = start()
    talk = begin(server)
    said = [f"Bericht nummer {n} van vandaag." for n in range(8)]

    def send(text: str) -> Tab:
        with Tab(server, talk, text) as tab:
            return tab.until("reply-done")

    with ThreadPoolExecutor(4) as pool:
        tabs = list(pool.map(send, said))
    assert all(tab.events == ["reply-saved", "reply-done"] for tab in tabs)
    page = page_of(server, talk)
    assert [text for text in said if text not in page] == []
    assert server.get(talk).text.count('class="message program"') == len(said)
    assert server.stop() == 0
    assert server.errors == ""


def test_a_kill_in_the_middle_of_a_reply_loses_nothing_that_was_shown(with_model: WithModel, start: Start) -> None:
    server, talk = with_model()
    server.post(f"{talk}/bericht", text="Ik slaap slecht.")
    keep(server)
    with Tab(server, talk, STORY) as tab:
        for piece in tab.pieces():
            if piece not in tab.events and len(tab.sentences) >= 4:
                server.process.kill()
                break
        for _ in tab.pieces():
            pass
    assert "reply-done" not in tab.events
    server.process.wait(20)
    again = start(folder=server.folder)
    page = page_of(again, unlock(again))
    assert STORY in page
    assert "Ik slaap slecht." in page
    assert [text for text in tab.sentences[:-1] if text not in page] == []


def _killed_in_the_middle(server: Server, talk: str) -> Tab:
    """A reply whose model was killed after its first sentence: a tiny one may be done sooner."""
    for _ in range(5):
        with Tab(server, talk, STORY) as tab:
            for piece in tab.pieces():
                if piece not in tab.events and len(tab.sentences) >= 2:
                    worker_of(server).kill()
                    break
            tab.until("reply-done")
        if any(NOTE in text for text in tab.heard):
            return tab
    raise AssertionError("the model never was killed in the middle of a reply")


def test_a_model_that_is_killed_in_the_middle_is_told_and_the_next_reply_works(with_model: WithModel) -> None:
    server, talk = with_model()
    first = worker_of(server)
    tab = _killed_in_the_middle(server, talk)
    assert tab.events == ["reply-saved", "reply-done"]
    assert len(tab.sentences) >= 3
    with Tab(server, talk, "Ik slaap slecht.") as after:
        after.until("reply-done")
    assert after.events == ["reply-saved", "reply-done"]
    assert not any(NOTE in text for text in after.heard)
    assert worker_of(server).pid != first.pid
    assert MODEL in page_of(server, talk)
    assert server.stop() == 0
    assert wait_until(lambda: not psutil.pid_exists(first.pid), 5)


def test_a_model_dies_with_a_server_that_is_killed(with_model: WithModel) -> None:
    server, _ = with_model()
    worker = worker_of(server)
    server.process.kill()
    server.process.wait(10)
    assert wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


# -- a disk that is full ---------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 600 kB, where the system lets us mount one."""
    if not _may_mount():
        pytest.skip("only root may mount a small disk here; the limit on file size is tested everywhere")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "none", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def _talk_until_refused(server: Server, talk: str) -> tuple[list[str], Tab]:
    """Long messages until one is not saved: those that were, and the tab that was refused."""
    saved: list[str] = []
    for n in range(400):
        text = f"Bericht {n:03} van vandaag. " + "woord " * 2500
        with Tab(server, talk, text) as tab:
            tab.until("reply-done")
        if "reply-saved" in tab.events:
            saved.append(text[:24].strip())
        if "reply-done" not in tab.events:
            return saved, tab
    raise AssertionError("the disk never was full")


def _one_sentence(tab: Tab) -> str:
    """What a tab was told in the place of a reply."""
    assert tab.events[-1] == "reply-failed"
    return tab.heard[-1]


def _nothing_lost(start: Start, server: Server, saved: list[str]) -> None:
    server.stop(signal.SIGKILL)
    again = start(folder=server.folder)
    talk = unlock(again)
    page = page_of(again, talk)
    assert [text for text in saved if text not in page] == []
    with Tab(again, talk, "En nu weer verder.") as tab:
        tab.until("reply-done")
    assert tab.events == ["reply-saved", "reply-done"]


def test_a_full_disk_is_one_clear_sentence_and_nothing_saved_is_lost(start: Start, small_disk: Path) -> None:
    server = start(folder=small_disk / "data")
    talk = begin(server)
    keep(server)
    saved, refused = _talk_until_refused(server, talk)
    assert saved
    assert _one_sentence(refused) == FULL[0]
    assert "woord" not in server.errors
    assert saved[0] in page_of(server, talk)
    assert "Toets 112" in text_of(server.get("/hulp").text)
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    _nothing_lost(start, server, saved)


if sys.platform == "linux":  # elsewhere a limit cannot be set on a program that runs

    def test_a_file_that_may_not_grow_is_one_clear_sentence_and_nothing_saved_is_lost(start: Start) -> None:
        server = start()
        talk = begin(server)
        keep(server)
        psutil.Process(server.process.pid).rlimit(psutil.RLIMIT_FSIZE, (200_000, 200_000))
        saved, refused = _talk_until_refused(server, talk)
        assert saved
        assert _one_sentence(refused).startswith(FULL[1])
        _nothing_lost(start, server, saved)


def test_keeping_on_a_full_disk_says_so_and_works_once_there_is_room(start: Start, small_disk: Path) -> None:
    """There is room for an empty vault, and none for what should go in it."""
    server = start(folder=small_disk / "data")
    talk = begin(server)
    said = [f"Bericht {n} van vandaag. " + "woord " * 3200 for n in range(4)]
    for text in said:
        server.post(f"{talk}/bericht", text=text)
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        file.write(b"x" * max(0, _free(small_disk) - 120 * 1024))
    answer = server.post("/bewaren", passphrase=PASSPHRASE, again=PASSPHRASE)
    assert answer.status == 422
    assert FULL[0] in text_of(answer.text)
    assert said[0][:20] in page_of(server, talk)
    filler.unlink()
    keep(server)
    _nothing_lost(start, server, [text[:20] for text in said])


def _free(disk: Path) -> int:
    return psutil.disk_usage(str(disk)).free
