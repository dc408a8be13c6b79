"""A real vault in a folder, children that use it, and a look inside its pages with the key in hand."""

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from app.vault import vault
from app.vault.kdf import FLOOR
from app.vault.keyfile import parse
from app.vault.keys import open_with_passphrase
from app.vault.recovery import RecoveryCode
from app.vault.store import Store

PASSPHRASE = "een zin met zes gewone woorden"
AT = datetime(2026, 11, 24, 22, 15, tzinfo=UTC)
_ROOT = Path(__file__).resolve().parents[2]
_PAGE, _RESERVED, _SALT = 4096, 80, 16

Child = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def at() -> datetime:
    return AT


@pytest.fixture
def made(tmp_path: Path) -> Generator[tuple[Path, Store, RecoveryCode]]:
    """A folder with a new, open vault, and its recovery code."""
    store, code = vault.create(tmp_path, PASSPHRASE, FLOOR)
    yield tmp_path, store, code
    store.close()


@pytest.fixture
def store(made: tuple[Path, Store, RecoveryCode]) -> Store:
    return made[1]


@pytest.fixture
def closed(made: tuple[Path, Store, RecoveryCode]) -> tuple[Path, str]:
    """A folder with a closed vault that holds one message, and its recovery code as text."""
    folder, store, code = made
    conversation = store.new_conversation("Dinsdag", AT)
    store.add_message(conversation.id, "user", (("text", "een bericht"),), AT)
    store.close()
    return folder, code.text


@pytest.fixture
def child() -> Generator[Child]:
    """Starts `children.py` with arguments, in a process of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(Path(__file__).with_name("children.py")), *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, bufsize=0)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def all_pages() -> Callable[[Path], bytes]:
    """Every page of a vault's database, decrypted: what someone with the key could find in the file.

    SQLCipher page: AES-256-CBC body, then 16 bytes IV and 64 bytes HMAC; page 1 begins with the salt.
    """

    def decrypt(folder: Path) -> bytes:
        file = parse((folder / vault.HOME / vault.KEYS).read_bytes())
        with open_with_passphrase(file, PASSPHRASE) as key:
            secret = key.database_key()
        data = (folder / vault.HOME / vault.DATABASE).read_bytes()
        return b"".join(_page(data[start : start + _PAGE], start, secret) for start in range(0, len(data), _PAGE))

    return decrypt


def _page(page: bytes, start: int, key: bytearray) -> bytes:
    body = page[_SALT if start == 0 else 0 : _PAGE - _RESERVED]
    iv = page[_PAGE - _RESERVED : _PAGE - _RESERVED + 16]
    decryptor = Cipher(AES(key), CBC(iv)).decryptor()
    return decryptor.update(body) + decryptor.finalize()
