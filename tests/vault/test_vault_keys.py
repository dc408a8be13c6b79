"""Keys, slots and the key file, through the vault's own door."""

import hashlib
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.vault import keys, vault
from app.vault.errors import (
    Damaged,
    MistypedRecoveryCode,
    NewerVersion,
    PassphraseTooLong,
    TooLittleMemory,
    UnsafeKeys,
    WeakPassphrase,
    WrongPassphrase,
    WrongRecoveryCode,
)
from app.vault.kdf import FLOOR, KdfParameters, calibrated
from app.vault.keyfile import parse
from app.vault.memory import free_memory_kib
from app.vault.recovery import RecoveryCode

Closed = tuple[Path, str]


def test_the_right_passphrase_opens_and_a_wrong_one_loses_nothing(closed: Closed, passphrase: str) -> None:
    folder, _ = closed
    with pytest.raises(WrongPassphrase):
        vault.unlock(folder, "een zin met zes andere woorden")
    store = vault.unlock(folder, passphrase)
    assert [c.title for c in store.conversations()] == ["Dinsdag"]
    store.close()


def test_the_recovery_code_opens_however_it_is_typed(closed: Closed) -> None:
    folder, code = closed
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for typed in (code, sloppy, code.replace("-", "")):
        vault.unlock_with_recovery(folder, typed).close()


def test_a_typing_error_in_a_recovery_code_is_named_as_such(closed: Closed) -> None:
    folder, code = closed
    other = "7" if code[0] != "7" else "8"
    for typed in (other + code[1:], code[:-1], "", "zin", code + "A"):
        with pytest.raises(MistypedRecoveryCode):
            vault.unlock_with_recovery(folder, typed)


def test_a_recovery_code_of_another_vault_does_not_open(closed: Closed) -> None:
    with pytest.raises(WrongRecoveryCode):
        vault.unlock_with_recovery(closed[0], RecoveryCode.new().text)


def test_changing_the_passphrase_leaves_database_and_recovery_code_alone(closed: Closed, passphrase: str) -> None:
    folder, code = closed
    before = (folder / vault.HOME / vault.DATABASE).read_bytes()
    vault.change_passphrase(folder, passphrase, "een heel andere lange zin")
    assert (folder / vault.HOME / vault.DATABASE).read_bytes() == before
    with pytest.raises(WrongPassphrase):
        vault.unlock(folder, passphrase)
    vault.unlock(folder, "een heel andere lange zin").close()
    vault.unlock_with_recovery(folder, code).close()
    assert parse(_read(folder)).generation == 2


def test_a_wrong_old_passphrase_changes_nothing(closed: Closed) -> None:
    folder, _ = closed
    before = _read(folder)
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase(folder, "niet de goede zin", "een heel andere lange zin")
    assert _read(folder) == before


@pytest.mark.parametrize(
    ("text", "error"),
    [("elf tekens.", WeakPassphrase), ("é" * 513, PassphraseTooLong), ("\ud800" * 12, WeakPassphrase)],
)
def test_a_passphrase_that_cannot_serve_is_refused_before_a_file_exists(
    tmp_path: Path, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        vault.create(tmp_path / "new", text, FLOOR)
    assert not (tmp_path / "new").exists()


def test_the_same_letters_open_in_both_unicode_forms(tmp_path: Path) -> None:
    composed = unicodedata.normalize("NFC", "één café, héél gewoon")
    vault.create(tmp_path, composed, FLOOR)[0].close()
    vault.unlock(tmp_path, unicodedata.normalize("NFD", composed)).close()


def test_every_flipped_byte_of_the_key_file_is_refused_before_any_derivation(
    closed: Closed, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = _read(closed[0])
    monkeypatch.setattr(keys, "argon2id", _must_not_run)
    for place in range(len(good)):
        _write(closed[0], good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        with pytest.raises(Damaged):
            vault.unlock(closed[0], "een zin met zes gewone woorden")


@pytest.mark.parametrize(
    "cost",
    [
        {"memory_kib": 65535},
        {"memory_kib": 2**21 + 1},
        {"passes": 2},
        {"passes": 11},
        {"lanes": 3},
        {"lanes": 9},
    ],
)
def test_a_key_file_with_unsafe_costs_is_refused_before_any_derivation(
    closed: Closed, monkeypatch: pytest.MonkeyPatch, cost: dict[str, int], passphrase: str
) -> None:
    monkeypatch.setattr(keys, "argon2id", _must_not_run)
    _rewrite(closed[0], lambda plain: plain["slots"][0]["kdf"].update(cost))
    with pytest.raises(UnsafeKeys):
        vault.unlock(closed[0], passphrase)


@pytest.mark.parametrize("field", ["generation", "commitment", "slot", "vault"])
def test_a_key_file_changed_by_someone_without_the_key_does_not_open(
    closed: Closed, field: str, passphrase: str
) -> None:
    def change(plain: dict[str, Any]) -> None:
        if field == "generation":
            plain["generation"] = 9
        elif field == "slot":
            plain["slots"].pop()
        else:
            plain[field] = "0" * len(plain[field])

    _rewrite(closed[0], change)
    with pytest.raises((Damaged, WrongPassphrase)):
        vault.unlock(closed[0], passphrase)


def test_a_key_file_of_a_newer_program_is_named_as_such(closed: Closed, passphrase: str) -> None:
    _rewrite(closed[0], lambda plain: plain.update(format=2, something_new=True))
    with pytest.raises(NewerVersion):
        vault.unlock(closed[0], passphrase)


@pytest.mark.parametrize("data", [b"", b"{}\n", b"\n\n", b"x" * 9000, b"[" * 4000 + b"\n"])
def test_a_file_that_is_no_key_file_is_refused(closed: Closed, data: bytes, passphrase: str) -> None:
    _write(closed[0], data)
    with pytest.raises(Damaged):
        vault.unlock(closed[0], passphrase)


def test_the_cost_goes_down_when_it_takes_too_long_and_never_under_the_floor() -> None:
    tried: list[int] = []
    now = iter(range(0, 100, 2))

    def slow(_secret: bytearray, _salt: bytes, cost: KdfParameters) -> bytearray:
        tried.append(cost.memory_kib // 1024)
        return bytearray(32)

    assert calibrated(bytearray(b"x"), bytes(16), derive=slow, clock=lambda: next(now))[1] == FLOOR
    assert tried == [256, 128, 64]


@pytest.mark.parametrize(
    ("seconds_per_gib_pass", "free_gib", "memory_mib", "passes"),
    [
        (0.8, 16, 256, 3),  # 0.6 s at once
        (0.4, 16, 512, 3),  # 0.3 s, then 0.6 s
        (0.1, 16, 1024, 5),  # memory to its top, then passes
        (0.1, 2, 512, 10),  # a quarter of what is free
        (0.4, 1, 256, 5),  # no memory to spare: passes only
        (0.001, 64, 1024, 10),  # the top of both
    ],
)
def test_the_cost_goes_up_until_half_a_second(
    seconds_per_gib_pass: float, free_gib: int, memory_mib: int, passes: int
) -> None:
    now = [0.0]

    def derive(_secret: bytearray, _salt: bytes, cost: KdfParameters) -> bytearray:
        now[0] += seconds_per_gib_pass * cost.memory_kib / 1024**2 * cost.passes
        return bytearray(32)

    free = free_gib * 1024**2
    cost = calibrated(bytearray(b"x"), bytes(16), derive=derive, clock=lambda: now[0], memory_kib=lambda: free)[1]
    assert (cost.memory_kib // 1024, cost.passes) == (memory_mib, passes)
    assert cost.safe


def test_a_cost_that_would_take_over_a_second_is_not_taken() -> None:
    def derive(_secret: bytearray, _salt: bytes, cost: KdfParameters) -> bytearray:
        now[0] += 0.4 if cost == KdfParameters() else 1.2  # memory that has to come from a slow place
        return bytearray(32)

    now = [0.0]
    assert calibrated(bytearray(b"x"), bytes(16), derive=derive, clock=lambda: now[0])[1] == KdfParameters()


def test_free_memory_is_a_size_that_a_computer_has() -> None:
    assert 1024 < free_memory_kib() < 1024**3


def test_the_cost_goes_down_when_memory_lacks() -> None:
    def poor(_secret: bytearray, _salt: bytes, cost: KdfParameters) -> bytearray:
        if cost.memory_kib > 128 * 1024:
            raise TooLittleMemory
        return bytearray(32)

    assert calibrated(bytearray(b"x"), bytes(16), derive=poor, clock=lambda: 0.0)[1].memory_kib == 128 * 1024


def test_a_code_shows_nothing_in_its_repr() -> None:
    code = RecoveryCode.new()
    assert code.text not in repr(code) and code.secret.hex() not in repr(code)


def _must_not_run(*_: object) -> bytearray:
    raise AssertionError("a key was derived")


def _read(folder: Path) -> bytes:
    return (folder / vault.HOME / vault.KEYS).read_bytes()


def _write(folder: Path, data: bytes) -> None:
    (folder / vault.HOME / vault.KEYS).write_bytes(data)


def _rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the file as an attacker would: with a checksum that fits."""
    plain = json.loads(_read(folder).partition(b"\n")[0])
    change(plain)
    line = json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
    _write(folder, line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n")
