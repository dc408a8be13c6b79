"""Kills, full disks and bytes changed at random places. `make torture` does the same a few hundred times."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.vault import backup as container
from app.vault import safekeeping, vault
from app.vault.errors import Damaged, DamagedConversation, DiskFault, DiskFull, VaultError, WrongPassphrase
from app.vault.kdf import FLOOR
from app.vault.keyfile import parse
from tests.vault.test_vault_faults import _ways_to_fill

Closed = tuple[Path, str]
Child = Callable[..., subprocess.Popen[bytes]]

ROUNDS = int(os.environ.get("KLANKBORD_TORTURE", "3"))
"""Kills for each kind of work; the other tests scale with it."""

OTHER = "een heel andere lange zin"


def killed(
    process: subprocess.Popen[bytes], dice: random.Random, longest: float, after: bytes = b"ready"
) -> list[list[str]]:
    """What a child said before it was killed, a time at random after it said `after`: words by line."""
    assert process.stdout is not None
    said = b""
    while not said.rpartition(b"\n")[0].rpartition(b"\n")[2].startswith(after):
        line = process.stdout.readline()
        assert line, process.communicate()
        said += line
    time.sleep(dice.uniform(0.0, longest))
    process.kill()
    said += process.communicate()[0]
    return [line.split(" ", 1) for line in said.decode().splitlines()[1:]]


def titles(folder: Path, passphrase: str) -> list[str]:
    store = vault.unlock(folder, passphrase)
    try:
        return [row.title for row in store.conversations()]
    finally:
        store.close()


def copied(folder: Path, passphrase: str, target: Path) -> Path:
    store = vault.unlock(folder, passphrase)
    try:
        safekeeping.back_up(folder, store, passphrase, target)
    finally:
        store.close()
    return target


def test_kills_while_deleting_bring_nothing_back_and_lose_nothing_else(closed: Closed, child: Child) -> None:
    folder, code = closed
    dice = random.Random(31)
    kept: set[str] = set()
    deleted: set[str] = set()
    for turn in range(ROUNDS):
        after = b"ready" if turn else b"deleted"
        for word, identity in killed(child("discard", folder, code), dice, 0.3, after):
            if word == "kept":
                kept.add(identity)
            elif word == "deleted":
                deleted.add(identity)
        store = vault.unlock_with_recovery(folder, code)
        there = {row.id for row in store.conversations()}
        store.close()
        assert kept <= there and not deleted & there
    assert kept and deleted


def test_kills_while_the_passphrase_changes_leave_one_of_the_two(closed: Closed, child: Child, passphrase: str) -> None:
    folder, _ = closed
    dice = random.Random(32)
    now, changed = passphrase, 0
    for turn in range(ROUNDS):
        process = child("rewrap", folder, now, OTHER if now == passphrase else passphrase)
        said = killed(process, dice, 1.0, b"ready" if turn else b"changed")
        changed += sum(word == "changed" for word, _ in said)
        last = said[-1] if said else ["changed", now]
        now = last[1]
        try:
            found = titles(folder, now)
        except WrongPassphrase:
            assert last[0] == "trying"  # it was not told as done
            now = OTHER if now == passphrase else passphrase
            found = titles(folder, now)
        assert found == ["Dinsdag"]
    assert changed


def test_kills_while_a_backup_is_made_leave_whole_files_and_the_vault(
    closed: Closed, child: Child, passphrase: str, tmp_path: Path
) -> None:
    folder, code = closed
    dice = random.Random(33)
    for turn in range(ROUNDS):
        said = killed(child("copy", folder, passphrase, tmp_path / f"kopie-{turn}-"), dice, 1.5)
        assert titles(folder, passphrase) == ["Dinsdag"]
        for place, (_, file) in enumerate(said):
            elsewhere = tmp_path / f"terug-{turn}-{place}"
            safekeeping.restore(elsewhere, Path(file), code)
            assert titles(elsewhere, passphrase) == ["Dinsdag"]
        copied(folder, passphrase, tmp_path / f"daarna-{turn}")  # what a kill left is in nobody's way


def test_kills_while_a_backup_is_put_back_leave_a_vault_that_opens(
    closed: Closed, child: Child, passphrase: str, tmp_path: Path
) -> None:
    folder, code = closed
    source = copied(folder, passphrase, tmp_path / "kopie")
    dice = random.Random(34)
    for _ in range(ROUNDS):
        killed(child("bring_back", folder, code, source), dice, 0.4)
        assert vault.exists(folder)
        assert titles(folder, passphrase) == ["Dinsdag"]
        assert not (folder / vault.NEXT).exists() and not (folder / vault.OLD).exists()


def test_bytes_changed_or_cut_in_the_log_show_only_what_was_written(
    made: tuple[Path, vault.Store, object], passphrase: str, at: datetime
) -> None:
    """A log that a kill left behind: after damage in it the vault opens with an earlier state, or says so."""
    folder, store, _ = made
    row = store.new_conversation("Woensdag", at)
    for number in range(12):
        store.add_message(row.id, "user", (("text", f"bericht {number} " * 100),), at)
    truth = [message.blocks for message in store.messages(row.id)]
    files = {path: path.read_bytes() for path in (folder / vault.HOME).iterdir()}
    store.close()
    log = folder / vault.HOME / f"{vault.DATABASE}-wal"
    assert log in files
    dice = random.Random(35)
    outcomes: set[str] = set()
    for _ in range(4 * ROUNDS):
        for path, data in files.items():
            path.write_bytes(data)
        data = bytearray(files[log])
        place = dice.randrange(len(data))
        if dice.random() < 0.5:
            data[place] ^= 1 << dice.randrange(8)
        else:
            del data[place:]
        log.write_bytes(data)
        try:
            again = vault.unlock(folder, passphrase)
        except VaultError as error:
            outcomes.add(error.code)
            continue
        found = [m.blocks for c in again.conversations() for m in again.messages(c.id)]
        again.close()
        assert found == truth[: len(found)]
        outcomes.add("opened")
    assert "opened" in outcomes and outcomes <= {"opened", "damaged"}


def test_a_conversation_with_damaged_rows_is_named_and_the_others_open_and_grow(
    closed: Closed, passphrase: str, at: datetime
) -> None:
    folder, code = closed
    store = vault.unlock(folder, passphrase)
    for number in range(4):
        row = store.new_conversation(f"gesprek {number}", at)
        for _ in range(6):
            store.add_message(row.id, "user", (("text", f"tekst {number} " * 200),), at)
    store.close()
    path = folder / vault.HOME / vault.DATABASE
    data = bytearray(path.read_bytes())
    data[-5 * 4096 + 1000] ^= 1  # each of the last pages holds words of one conversation only
    path.write_bytes(data)
    store = vault.unlock_with_recovery(folder, code)
    recent = {message.conversation for message in store.messages_since(at - timedelta(hours=1))}
    (broken,) = (row for row in store.conversations() if row.damaged)
    assert len(recent) == 4 and broken.id not in recent
    with pytest.raises(DamagedConversation):
        store.messages(broken.id)
    for row in store.conversations():
        if row.id != broken.id:
            before = store.messages(row.id)
            store.add_message(row.id, "user", (("text", "verder"),), at)
            assert store.messages(row.id)[:-1] == before
    store.close()


def test_a_changed_key_file_or_backup_is_refused_and_never_trips_the_reader(
    closed: Closed, passphrase: str, tmp_path: Path
) -> None:
    folder, _ = closed
    keys = (folder / vault.HOME / vault.KEYS).read_bytes()
    good = copied(folder, passphrase, tmp_path / "kopie").read_bytes()[:4096]
    dice = random.Random(36)
    bad = tmp_path / "bad"
    for _ in range(50 * ROUNDS):
        with pytest.raises(VaultError):
            parse(mangled(keys, dice))
        bad.write_bytes(mangled(good, dice))
        with pytest.raises(VaultError):
            container.read_head(bad)


def mangled(data: bytes, dice: random.Random) -> bytes:
    """One to four places changed, cut, doubled or filled with noise; never what it was."""
    out = bytearray(data)
    while bytes(out) == data:
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(out)) if out else 0
            match dice.randrange(4):
                case 0 if out:
                    out[place] = dice.randrange(256)
                case 1:
                    del out[place:]
                case 2:
                    out[place:place] = out[place : place + 40]
                case _:
                    out[place : place + 8] = dice.randbytes(8)
    return bytes(out)


def test_a_clock_that_jumps_changes_no_order_and_locks_nobody_out(
    made: tuple[Path, vault.Store, object], passphrase: str, at: datetime
) -> None:
    folder, store, _ = made
    row = store.new_conversation("Woensdag", at)
    times = [at, at - timedelta(days=400), at + timedelta(days=9000), datetime(1971, 1, 1, tzinfo=at.tzinfo), at]
    for number, moment in enumerate(times):
        store.add_message(row.id, "user", (("text", str(number)),), moment)
    store.close()
    again = vault.unlock(folder, passphrase)
    assert [m.blocks[0][1] for m in again.messages(row.id)] == ["0", "1", "2", "3", "4"]
    assert again.conversations()[0].last == max(times)
    again.close()


if "disk" in _ways_to_fill():

    @pytest.fixture
    def disk(tmp_path: Path) -> Generator[Path]:
        """A disk of 24 MB of our own."""
        place = tmp_path / "disk"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(place)], check=True)
        yield place
        subprocess.run(["umount", str(place)], check=True)

    def leave(disk: Path, free: int) -> Path:
        """Fill the disk until only this many bytes are free."""
        ballast = disk / "ballast"
        stat = os.statvfs(disk)
        with ballast.open("wb", buffering=0) as file:
            file.write(bytes(max(0, stat.f_bavail * stat.f_frsize - free)))
        return ballast

    def rewrapped(folder: Path, passphrase: str) -> None:
        vault.change_passphrase(folder, passphrase, passphrase + " erbij")
        vault.change_passphrase(folder, passphrase + " erbij", passphrase)

    def backed_up(folder: Path, passphrase: str) -> None:
        (folder / "kopie").unlink(missing_ok=True)
        copied(folder, passphrase, folder / "kopie")

    def restored(folder: Path, passphrase: str) -> None:
        safekeeping.restore(folder, folder / "bron", passphrase)

    def written(folder: Path, passphrase: str) -> None:
        store = vault.unlock(folder, passphrase)
        try:
            row = store.conversations()[0]
            store.replace_blocks(store.messages(row.id)[0].id, (("text", "een bericht"),))
        finally:
            store.close()

    WORK = {
        "passphrase": rewrapped,
        "code": safekeeping.new_recovery_code,
        "backup": backed_up,
        "restore": restored,
        "key": safekeeping.new_key,
        "write": written,
    }

    @pytest.mark.parametrize("work", WORK)
    def test_a_disk_that_is_full_at_any_write_leaves_the_old_state_or_the_new_one(
        work: str, disk: Path, passphrase: str, at: datetime
    ) -> None:
        """With so much free space that first the first write fails, then the second, and so on."""
        store, _ = vault.create(disk, passphrase, FLOOR)
        row = store.new_conversation("Dinsdag", at)
        store.add_message(row.id, "user", (("text", "een bericht"),), at)
        store.close()
        copied(disk, passphrase, disk / "bron")
        vault.free_room(disk)
        refused = 0
        for free in range(0, 8192 * ROUNDS + 1, 12288 if ROUNDS <= 3 else 4096):
            ballast = leave(disk, free)
            try:
                WORK[work](disk, passphrase)
            except (DiskFull, DiskFault):
                refused += 1
            ballast.unlink()
            vault.free_room(disk)
            held = passphrase if opens(disk, passphrase) else passphrase + " erbij"
            assert titles(disk, held) == ["Dinsdag"]
            if held != passphrase:
                vault.change_passphrase(disk, held, passphrase)
        assert refused

    def opens(folder: Path, passphrase: str) -> bool:
        with suppress(WrongPassphrase):
            safekeeping.check_passphrase(folder, passphrase)
            return True
        return False


if sys.platform == "linux":

    def test_a_second_open_of_the_same_database_never_happens(closed: Closed, passphrase: str) -> None:
        """After damage the connection is made anew; the first one is closed before."""
        folder, _ = closed
        store = vault.unlock(folder, passphrase)
        path = folder / vault.HOME / vault.DATABASE
        for _ in range(3):
            with pytest.raises(Damaged), store._errors():  # pyright: ignore[reportPrivateUsage]
                raise Damaged
        handles = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.exists()]
        assert handles.count(str(path)) == 1
        store.close()
