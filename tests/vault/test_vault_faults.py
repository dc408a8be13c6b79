"""Killed, starved and locked-out processes on real vaults: what was reported as committed is there."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from app.vault import vault
from app.vault.errors import AlreadyExists, DiskFull, InUse, NotOurs
from app.vault.files import FileLock
from app.vault.kdf import FLOOR

Child = Callable[..., subprocess.Popen[bytes]]
Closed = tuple[Path, str]


def test_what_was_reported_as_committed_survives_twenty_kills(closed: Closed, child: Child) -> None:
    folder, code = closed
    dice = random.Random(20)
    added: set[str] = set()
    grown: set[str] = set()
    for _ in range(20):
        process = child("write", folder, code)
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(dice.uniform(0.0, 0.05))
        process.kill()
        for line in process.communicate()[0].decode().splitlines():
            word, message = line.split()
            (added if word == "added" else grown).add(message)
    assert grown
    store = vault.unlock_with_recovery(folder, code)
    found = {m.id: m.blocks for c in store.conversations() for m in store.messages(c.id)}
    assert added <= found.keys() and grown <= added
    assert all(len(found[message]) == 2 for message in grown)
    store.close()


def test_a_kill_while_a_vault_is_made_leaves_none_or_a_whole_one(tmp_path: Path, child: Child, passphrase: str) -> None:
    dice = random.Random(7)
    outcomes: set[bool] = set()
    for turn in range(8):
        folder = tmp_path / str(turn)
        process = child("make", folder, passphrase)
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        said = b"" if turn else process.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.25) if turn else 0.0)
        process.kill()
        said += process.communicate()[0]
        whole = vault.exists(folder)
        outcomes.add(whole)
        assert whole or b"made" not in said
        opened = vault.unlock(folder, passphrase) if whole else vault.create(folder, passphrase, FLOOR)[0]
        assert opened.conversations() == ()
        opened.close()
    assert True in outcomes


def _ways_to_fill() -> list[str]:
    """A small disk of our own where the system lets us mount one; a limit on file size everywhere."""
    return ["limit", "disk"] if _may_mount() else ["limit"]


def _may_mount() -> bool:
    if sys.platform != "linux":
        return False
    command = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Generator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("way", _ways_to_fill())
def test_a_full_disk_is_named_and_everything_committed_is_there(
    way: str, tmp_path: Path, child: Child, passphrase: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue("small_disk") if way == "disk" else tmp_path
    store, code = vault.create(folder, passphrase, FLOOR)
    store.close()
    process = child("fill", folder, code.text, "300000" if way == "limit" else "0")
    out, errors = process.communicate(timeout=60)
    lines = out.decode().splitlines()
    committed = [line.split()[1] for line in lines if line.startswith("added")]
    assert f"refused {'disk_fault' if way == 'limit' else 'disk_full'}" in lines, (lines[-3:], errors)
    assert f"readable {len(committed)}" in lines and committed
    if way == "disk":
        subprocess.run(["mount", "-o", "remount,size=4m", str(folder)], check=True)
    again = vault.unlock(folder, passphrase)
    (conversation,) = again.conversations()
    assert [message.id for message in again.messages(conversation.id)] == committed
    again.close()


def test_a_full_disk_while_a_key_file_is_written_leaves_the_old_one(
    closed: Closed, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = closed

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFull):
        vault.change_passphrase(folder, passphrase, "een heel andere lange zin")
    monkeypatch.undo()
    vault.unlock(folder, passphrase).close()
    assert sorted(path.name for path in (folder / vault.HOME).iterdir()) == [vault.DATABASE, vault.KEYS]


def test_a_second_process_is_told_that_the_vault_is_in_use(closed: Closed, child: Child, passphrase: str) -> None:
    folder, code = closed
    holder = child("hold", folder, code)
    assert holder.stdout is not None and holder.stdout.readline() == b"ready\n"
    with pytest.raises(InUse):
        vault.unlock(folder, passphrase)
    holder.kill()
    holder.communicate()
    store = vault.unlock(folder, passphrase)
    with pytest.raises(InUse):
        vault.unlock(folder, passphrase)
    vault.change_passphrase(folder, passphrase, "een heel andere lange zin")
    store.close()


if sys.platform != "win32":  # folder rights work otherwise there

    def test_a_folder_that_may_not_be_written_is_named(closed: Closed, child: Child) -> None:
        folder, code = closed
        for path in (folder, folder / vault.HOME):
            path.chmod(0o555)
        for path in folder.rglob("*.*"):
            path.chmod(0o444)
        for parent in list(folder.parents)[:3]:
            parent.chmod(parent.stat().st_mode | 0o055)
        out, errors = child("readonly", folder, code).communicate(timeout=60)
        folder.chmod(0o755)
        assert out == b"read_only\n", errors


def test_a_folder_of_something_else_is_never_overwritten(tmp_path: Path, passphrase: str) -> None:
    theirs = tmp_path / vault.HOME / "photo.jpg"
    theirs.parent.mkdir()
    theirs.write_bytes(b"theirs")
    with pytest.raises(NotOurs):
        vault.create(tmp_path, passphrase, FLOOR)
    assert theirs.read_bytes() == b"theirs" and not vault.exists(tmp_path)


def test_a_lock_has_one_holder_until_it_is_released(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock") as lock:
        with pytest.raises(InUse):
            FileLock(tmp_path / "lock")
        lock.release()
        FileLock(tmp_path / "lock").release()


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path, passphrase: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"theirs")
    with pytest.raises(NotOurs):
        vault.create(file, passphrase, FLOOR)
    assert file.read_bytes() == b"theirs"


def test_a_second_vault_does_not_replace_the_first(closed: Closed, passphrase: str) -> None:
    with pytest.raises(AlreadyExists):
        vault.create(closed[0], "een heel andere lange zin", FLOOR)
    vault.unlock(closed[0], passphrase).close()
