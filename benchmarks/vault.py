"""The vault: what a person waits for, on a real encrypted file of 50,000 messages in a folder of its own."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.conversation.searching import terms
from app.conversation.told import Told, ToldMessage
from app.vault import safekeeping, vault
from app.vault.kdf import FLOOR, KdfParameters, argon2id, calibrated
from app.vault.store import Store
from benchmarks.row import Row, milliseconds, spread

_TALKS, _EACH = 500, 100
_PASSPHRASE = "stoel lamp raam plant"  # noqa: S105, a made-up secret of a vault that lives for seconds
_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_WORDS = "vandaag was het weer stil in huis en ik dacht aan de tuin van vroeger met die oude kersenboom".split()
_MIB = 1024


def measure(_home: Path) -> list[Row]:
    """Derivation, opening, writing, searching, copying, renewing and erasing."""
    rows = _derivation()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data"
        store, code = vault.create(folder, _PASSPHRASE, FLOOR)
        rows += _messages(store)
        store.add_told([_talk(number) for number in range(_TALKS)])
        rows += _looking(store)
        rows.append(_seconds("backup, made and opened again", lambda: _backup(folder, store), ""))
        size = (folder / vault.HOME / vault.DATABASE).stat().st_size / 1024**2
        store.close()
        rows.append(Row("file of 50,000 messages", size, "MiB", ""))
        rows.append(_opening(folder, code.text))
        rows.append(_seconds("passphrase changed twice, derivation at its floor", lambda: _changed(folder), ""))
        rows.append(_seconds("backup put back", lambda: safekeeping.restore(folder, folder / "kopie", _PASSPHRASE), ""))
        vault.unlock(folder, _PASSPHRASE).close()
        rows.append(
            _seconds("new key, everything encrypted anew", lambda: safekeeping.new_key(folder, _PASSPHRASE), "")
        )
        rows.append(_seconds("everything erased", lambda: safekeeping.erase(folder), "≤ 1"))
    return rows


def _derivation() -> list[Row]:
    secret, salt = bytearray(_PASSPHRASE, "utf-8"), bytes(16)
    default = KdfParameters()
    times = milliseconds(lambda cost: argon2id(secret, salt, cost), [default] * 5)
    _, cost = calibrated(secret, salt)
    took = milliseconds(lambda one: argon2id(secret, salt, one), [cost] * 3)
    named = f"Argon2id as calibrated here, {cost.memory_kib // _MIB} MiB/{cost.passes}/{cost.lanes}, median of 3"
    return [
        Row("Argon2id 256 MiB/3/4, median of 5", times[2] / 1000, "s", ""),
        Row(named, took[1] / 1000, "s", "0.5 to 1"),
    ]


def _messages(store: Store) -> list[Row]:
    talk = store.new_conversation("meting", _AT).id
    text = " ".join(_WORDS)
    times = milliseconds(lambda at: store.add_message(talk, "user", (("text", text),), at), [_AT] * 1000)
    return spread("message transaction", times, median="", p99="≤ 5")


def _looking(store: Store) -> list[Row]:
    times = milliseconds(lambda words: store.search(terms(words)), ["kersenboom 321", "nergens", "tuin vroeger"] * 3)
    return [
        Row("search over 50,000 messages, median of 9", times[4], "ms", "≤ 250"),
        Row("search over 50,000 messages, slowest of 9", times[-1], "ms", ""),
    ]


def _opening(folder: Path, code: str) -> Row:
    """By recovery code, which costs no derivation: the file opened, its list of conversations read."""
    times: list[float] = []
    for _ in range(9):
        started = time.perf_counter()
        store = vault.unlock_with_recovery(folder, code)
        store.conversations()
        times.append((time.perf_counter() - started) * 1000)
        store.close()
    return Row("opened after derivation, median of 9", sorted(times)[4], "ms", "≤ 10")


def _backup(folder: Path, store: Store) -> None:
    safekeeping.back_up(folder, store, _PASSPHRASE, folder / "kopie")


def _changed(folder: Path) -> None:
    vault.change_passphrase(folder, _PASSPHRASE, _PASSPHRASE + " kast")
    vault.change_passphrase(folder, _PASSPHRASE + " kast", _PASSPHRASE)


def _talk(number: int) -> Told:
    at = _AT + timedelta(minutes=number)
    said = tuple(
        ToldMessage("user" if turn % 2 == 0 else "assistant", (("text", f"{' '.join(_WORDS)} {number}"),), at)
        for turn in range(_EACH)
    )
    return Told(f"gesprek {number}", at, said)


def _seconds(name: str, work: Callable[[], object], bar: str) -> Row:
    started = time.perf_counter()
    work()
    return Row(name, time.perf_counter() - started, "s", bar)
