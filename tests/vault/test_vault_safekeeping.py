"""Another code, another key, a backup and back again, and erasing: with real files and real kills."""

import random
import subprocess
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from app.vault import safekeeping, vault
from app.vault.errors import (
    Damaged,
    FileTaken,
    KeysMissing,
    NotOurs,
    NoVault,
    UnsafeKeys,
    VaultError,
    WrongPassphrase,
    WrongRecoveryCode,
)
from app.vault.kdf import FLOOR
from tests.vault.test_vault_faults import _ways_to_fill

Closed = tuple[Path, str]
Child = Callable[..., subprocess.Popen[bytes]]


def titles(folder: Path, passphrase: str) -> list[str]:
    store = vault.unlock(folder, passphrase)
    try:
        return [row.title for row in store.conversations()]
    finally:
        store.close()


def backup_of(folder: Path, passphrase: str, target: Path) -> Path:
    store = vault.unlock(folder, passphrase)
    try:
        safekeeping.back_up(folder, store, passphrase, target)
    finally:
        store.close()
    return target


def test_a_new_recovery_code_opens_and_the_former_one_no_longer(closed: Closed, passphrase: str) -> None:
    folder, former = closed
    code = safekeeping.new_recovery_code(folder, passphrase)
    safekeeping.check_recovery_code(folder, code.text)
    with pytest.raises(WrongRecoveryCode):
        vault.unlock_with_recovery(folder, former)
    vault.unlock_with_recovery(folder, code.text).close()
    assert titles(folder, passphrase) == ["Dinsdag"]


def test_a_new_code_asks_the_right_passphrase(closed: Closed) -> None:
    folder, code = closed
    with pytest.raises(WrongPassphrase):
        safekeeping.new_recovery_code(folder, "een zin met zes andere woorden")
    safekeeping.check_recovery_code(folder, code)


def test_under_a_new_key_everything_is_there_and_the_old_keys_open_nothing(closed: Closed, passphrase: str) -> None:
    folder, former = closed
    old_keys = (folder / vault.HOME / vault.KEYS).read_bytes()
    code = safekeeping.new_key(folder, passphrase)
    with pytest.raises(WrongRecoveryCode):
        vault.unlock_with_recovery(folder, former)
    vault.unlock_with_recovery(folder, code.text).close()
    assert titles(folder, passphrase) == ["Dinsdag"]
    assert not (folder / vault.OLD).exists()
    (folder / vault.HOME / vault.KEYS).write_bytes(old_keys)
    with pytest.raises(Damaged):
        vault.unlock(folder, passphrase)


def test_a_kill_while_a_key_is_renewed_leaves_a_vault_that_opens_with_everything(
    closed: Closed, child: Child, passphrase: str
) -> None:
    folder, _ = closed
    dice = random.Random(3)
    for _ in range(12):
        process = child("renew", folder, passphrase)
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(dice.uniform(0.0, 0.5))
        process.kill()
        process.communicate()
        assert titles(folder, passphrase) == ["Dinsdag"]


@pytest.mark.parametrize("moment", range(3))
def test_a_stop_between_two_renames_loses_nothing(
    moment: int, closed: Closed, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = closed
    seen: list[Path] = []
    rename = Path.rename

    class PowerCut(BaseException):
        pass

    def cut(self: Path, target: Path) -> Path:
        if len(seen) == moment:
            raise PowerCut
        seen.append(self)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(PowerCut):
        safekeeping.new_key(folder, passphrase)
    monkeypatch.undo()
    assert vault.exists(folder)
    assert titles(folder, passphrase) == ["Dinsdag"]
    assert not (folder / vault.OLD).exists() and not (folder / vault.NEXT).exists()


def test_a_backup_restores_elsewhere_with_passphrase_and_with_code(
    closed: Closed, passphrase: str, tmp_path: Path
) -> None:
    folder, code = closed
    file = backup_of(folder, passphrase, tmp_path / "kopie.klankbord")
    assert b"een bericht" not in file.read_bytes()
    for name, secret in (("a", passphrase), ("b", code)):
        safekeeping.restore(tmp_path / name, file, secret)
        assert titles(tmp_path / name, passphrase) == ["Dinsdag"]


def test_a_backup_never_overwrites_a_file(closed: Closed, passphrase: str, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_bytes(b"theirs")
    with pytest.raises(FileTaken):
        backup_of(closed[0], passphrase, theirs)
    assert theirs.read_bytes() == b"theirs"


def test_an_old_backup_opens_with_the_old_passphrase(closed: Closed, passphrase: str, tmp_path: Path) -> None:
    folder, _ = closed
    file = backup_of(folder, passphrase, tmp_path / "kopie")
    newer = "een heel andere lange zin"
    vault.change_passphrase(folder, passphrase, newer)
    with pytest.raises(WrongPassphrase):
        safekeeping.restore(folder, file, newer)
    assert titles(folder, newer) == ["Dinsdag"]
    safekeeping.restore(folder, file, passphrase)
    assert titles(folder, passphrase) == ["Dinsdag"]


def test_the_present_vault_stays_aside_until_the_restored_one_was_opened(
    closed: Closed, passphrase: str, tmp_path: Path, at: object
) -> None:
    folder, _ = closed
    file = backup_of(folder, passphrase, tmp_path / "kopie")
    for _ in range(2):  # also when it is restored twice without looking
        safekeeping.restore(folder, file, passphrase)
        assert (folder / vault.OLD / vault.KEYS).is_file() and (folder / vault.OLD / vault.DATABASE).is_file()
    assert titles(folder, passphrase) == ["Dinsdag"]
    assert not (folder / vault.OLD).exists()


def test_a_backup_with_one_byte_changed_or_cut_off_is_refused_and_nothing_changes(
    closed: Closed, passphrase: str, tmp_path: Path
) -> None:
    folder, code = closed
    good = backup_of(folder, passphrase, tmp_path / "kopie").read_bytes()
    head = good.index(b"\n", good.index(b"\n", 19) + 1) + 1 + 8 + 32
    dice = random.Random(11)
    places = [*dice.sample(range(head), 40), *(dice.randrange(head, len(good)) for _ in range(40))]
    bad = tmp_path / "bad"
    for place in places:
        data = bytearray(good)
        data[place] ^= 1 << dice.randrange(8)
        bad.write_bytes(data)
        with pytest.raises((Damaged, NotOurs, UnsafeKeys)):
            safekeeping.restore(folder, bad, code)
    for length in (0, 5, 19, 200, head - 1, head, len(good) - 1):
        bad.write_bytes(good[:length])
        with pytest.raises((Damaged, NotOurs)):
            safekeeping.restore(folder, bad, code)
    assert titles(folder, passphrase) == ["Dinsdag"]


def test_after_erasing_nothing_is_left_that_opens(closed: Closed, passphrase: str) -> None:
    folder, code = closed
    safekeeping.erase(folder)
    assert not vault.exists(folder)
    assert {path.name for path in folder.rglob("*")} <= {vault.LOCK, vault.KEYS_LOCK}
    with pytest.raises(NoVault):
        vault.unlock_with_recovery(folder, code)
    store, _ = vault.create(folder, passphrase, FLOOR)
    assert store.conversations() == ()
    store.close()


def test_a_stop_halfway_erasing_has_destroyed_the_keys(
    closed: Closed, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = closed

    def cut(_room: Path) -> None:
        raise NoVault

    monkeypatch.setattr(vault, "destroy", cut)
    with pytest.raises(NoVault):
        safekeeping.erase(folder)
    monkeypatch.undo()
    assert (folder / vault.HOME / vault.DATABASE).is_file()
    with pytest.raises(KeysMissing):
        vault.unlock(folder, passphrase)


if "disk" in _ways_to_fill():

    @pytest.fixture
    def full_disk(tmp_path: Path, passphrase: str) -> Generator[Path]:
        """A vault with three conversations on a disk of 16 MB without one free block."""
        disk = tmp_path / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(disk)], check=True)
        yield disk
        subprocess.run(["umount", str(disk)], check=True)

    def filled(disk: Path, passphrase: str, at: object) -> vault.Store:
        store, _ = vault.create(disk, passphrase, FLOOR)
        for title in ("een", "twee", "drie"):
            row = store.new_conversation(title, at)  # pyright: ignore[reportArgumentType]
            for _ in range(30):
                store.add_message(row.id, "user", (("text", "woord " * 1000),), at)  # pyright: ignore[reportArgumentType]
        with pytest.raises(OSError, match="No space left"):
            fill(disk / "ballast")
        return store

    def fill(path: Path) -> None:
        with path.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    def test_deleting_works_on_a_full_disk(full_disk: Path, passphrase: str, at: object) -> None:
        store = filled(full_disk, passphrase, at)
        store.delete_conversation(store.conversations()[0].id)
        assert len(store.conversations()) == 2
        store.delete_all_conversations()
        assert store.conversations() == ()
        store.close()

    def test_erasing_works_on_a_full_disk(full_disk: Path, passphrase: str, at: object) -> None:
        filled(full_disk, passphrase, at).close()
        safekeeping.erase(full_disk)
        assert not vault.exists(full_disk)

    def test_a_backup_on_a_full_disk_says_so_and_leaves_no_file(full_disk: Path, passphrase: str, at: object) -> None:
        store = filled(full_disk, passphrase, at)
        with pytest.raises(VaultError):
            safekeeping.back_up(full_disk, store, passphrase, full_disk / "kopie")
        assert not (full_disk / "kopie").exists() and len(store.conversations()) == 3
        store.close()


def test_damage_in_one_page_is_named_and_what_opens_is_true(closed: Closed, passphrase: str, at: object) -> None:
    folder, code = closed
    store = vault.unlock(folder, passphrase)
    for number in range(6):
        row = store.new_conversation(f"gesprek {number}", at)  # pyright: ignore[reportArgumentType]
        for _ in range(6):
            text = f"tekst {number} " * 200
            store.add_message(row.id, "user", (("text", text),), at)  # pyright: ignore[reportArgumentType]
    truth = {row.id: store.messages(row.id) for row in store.conversations()}
    store.close()
    path = folder / vault.HOME / vault.DATABASE
    good = path.read_bytes()
    opened, named = 0, 0
    for page in range(0, len(good), 4096):
        data = bytearray(good)
        data[page + 1000] ^= 1
        path.write_bytes(data)
        try:
            store = vault.unlock_with_recovery(folder, code)
        except Damaged:
            named += 1
            continue
        for conversation, messages in truth.items():
            try:
                assert store.messages(conversation) == messages
                opened += 1
            except Damaged:
                named += 1
        store.close()
    assert opened > named > 0
