"""The vault key and its slots: made once, wrapped under a passphrase and a recovery code, wiped after use."""

import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.vault.errors import Damaged, WrongPassphrase, WrongRecoveryCode
from app.vault.kdf import (
    KEY_BYTES,
    SALT_BYTES,
    KdfParameters,
    argon2id,
    calibrated,
    hkdf,
    passphrase_bytes,
    wipe,
)
from app.vault.keyfile import KeyFile, Kind, Slot, slot_data
from app.vault.recovery import RecoveryCode

PASSPHRASE_SLOT: Final = 1
RECOVERY_SLOT: Final = 2
_NONCE_BYTES: Final = 12


class VaultKey:
    """The 32 random bytes everything hangs on. Use as a context manager: leaving it wipes the key."""

    def __init__(self, key: bytearray) -> None:
        self._key = key

    @classmethod
    def new(cls) -> Self:
        return cls(bytearray(secrets.token_bytes(KEY_BYTES)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        wipe(self._key)

    def database_key(self) -> bytearray:
        """The 32-byte key of the database; the caller wipes it."""
        return hkdf(self._key, "db")

    def commitment(self) -> bytes:
        """Says which key this is: AES-GCM alone lets one file open under two keys."""
        return bytes(hkdf(self._key, "commit"))

    def sealed(self, file: KeyFile) -> KeyFile:
        """The key file with its commitment and a MAC over everything in it."""
        committed = replace(file, commitment=self.commitment())
        return replace(committed, mac=self._mac(committed))

    def verify(self, file: KeyFile) -> None:
        """Raises `Damaged` when the file is not, byte for byte, one that a holder of this key wrote."""
        same_key = hmac.compare_digest(file.commitment, self.commitment())
        if not (hmac.compare_digest(file.mac, self._mac(file)) and same_key):
            raise Damaged("key_file")

    def wrap(self, vault_id: bytes, kek: bytearray, slot: Slot) -> Slot:
        """The slot with this key wrapped under `kek`, under a fresh nonce."""
        bound = slot_data(vault_id, slot.id, slot.kind, slot.kdf)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return replace(
            slot,
            nonce=nonce,
            wrapped=AESGCM(kek).encrypt(nonce, memoryview(self._key), bound),
        )

    @classmethod
    def unwrap(cls, file: KeyFile, slot: Slot, kek: bytearray) -> Self | None:
        """The vault key of a slot, or None when `kek` is not its key."""
        key = bytearray(KEY_BYTES)
        bound = slot_data(file.vault_id, slot.id, slot.kind, slot.kdf)
        try:
            AESGCM(kek).decrypt_into(slot.nonce, slot.wrapped, bound, key)
        except InvalidTag:
            wipe(key)
            return None
        return cls(key)

    def backup_mac(self, data: bytes) -> bytes:
        """32 bytes that only a holder of this key can make for a backup."""
        key = hkdf(self._key, "backup-mac")
        try:
            return hmac.new(key, data, hashlib.sha256).digest()
        finally:
            wipe(key)

    def _mac(self, file: KeyFile) -> bytes:
        key = hkdf(self._key, "keyfile-mac")
        try:
            return hmac.new(key, file.authenticated(), hashlib.sha256).digest()
        finally:
            wipe(key)


def new_keys(passphrase: str, kdf: KdfParameters | None = None) -> tuple[VaultKey, KeyFile, RecoveryCode]:
    """A new vault key in both slots. Without `kdf` the cost is calibrated on this machine."""
    key, vault_id, code = (
        VaultKey.new(),
        secrets.token_bytes(SALT_BYTES),
        RecoveryCode.new(),
    )
    slots = (
        _passphrase_slot(key, vault_id, passphrase, kdf),
        _recovery_slot(key, vault_id, code),
    )
    return (
        key,
        key.sealed(KeyFile(vault_id, generation=1, slots=slots, commitment=b"")),
        code,
    )


def open_with_passphrase(file: KeyFile, passphrase: str) -> VaultKey:
    """One Argon2id per passphrase slot; raises `WrongPassphrase`, or `Damaged` for a changed file."""
    for slot in _slots(file, "passphrase"):
        secret = passphrase_bytes(passphrase, new=False)
        kek = argon2id(secret, slot.salt, slot.kdf or KdfParameters())
        key = VaultKey.unwrap(file, slot, kek)
        wipe(secret, kek)
        if key is not None:
            return _verified(key, file)
    raise WrongPassphrase


def open_with_recovery(file: KeyFile, code: RecoveryCode) -> VaultKey:
    """Raises `WrongRecoveryCode`, or `Damaged` for a changed file. 160 bits need no slow derivation."""
    for slot in _slots(file, "recovery"):
        kek = _recovery_kek(code, slot.salt)
        key = VaultKey.unwrap(file, slot, kek)
        wipe(kek)
        if key is not None:
            return _verified(key, file)
    raise WrongRecoveryCode


def with_passphrase(file: KeyFile, key: VaultKey, passphrase: str, kdf: KdfParameters | None = None) -> KeyFile:
    """The key file, one generation on, with its passphrase slot under another passphrase; the others stay."""
    fresh = _passphrase_slot(key, file.vault_id, passphrase, kdf or _slots(file, "passphrase")[0].kdf)
    kept = tuple(fresh if slot.id == fresh.id else slot for slot in file.slots)
    return key.sealed(replace(file, generation=file.generation + 1, slots=kept))


def with_recovery(file: KeyFile, key: VaultKey) -> tuple[KeyFile, RecoveryCode]:
    """The key file, one generation on, with another recovery code, and that code."""
    code = RecoveryCode.new()
    fresh = _recovery_slot(key, file.vault_id, code)
    slots = (*(slot for slot in file.slots if slot.kind != "recovery"), fresh)
    return key.sealed(replace(file, generation=file.generation + 1, slots=slots)), code


def _passphrase_slot(key: VaultKey, vault_id: bytes, passphrase: str, kdf: KdfParameters | None) -> Slot:
    secret, salt = (
        passphrase_bytes(passphrase, new=True),
        secrets.token_bytes(SALT_BYTES),
    )
    kek, cost = calibrated(secret, salt) if kdf is None else (argon2id(secret, salt, kdf), kdf)
    slot = key.wrap(vault_id, kek, Slot(PASSPHRASE_SLOT, "passphrase", salt, b"", b"", cost))
    wipe(secret, kek)
    return slot


def _recovery_slot(key: VaultKey, vault_id: bytes, code: RecoveryCode) -> Slot:
    salt = secrets.token_bytes(SALT_BYTES)
    kek = _recovery_kek(code, salt)
    slot = key.wrap(vault_id, kek, Slot(RECOVERY_SLOT, "recovery", salt, b"", b""))
    wipe(kek)
    return slot


def _recovery_kek(code: RecoveryCode, salt: bytes) -> bytearray:
    return hkdf(bytearray(code.secret), "recovery", salt)


def _slots(file: KeyFile, kind: Kind) -> tuple[Slot, ...]:
    return tuple(slot for slot in file.slots if slot.kind == kind)


def _verified(key: VaultKey, file: KeyFile) -> VaultKey:
    try:
        key.verify(file)
    except Damaged:
        with key:
            raise
    return key
