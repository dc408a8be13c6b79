"""Small programs that the tests run beside themselves, to kill, to starve or to lock out."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.vault import safekeeping, vault
from app.vault.errors import VaultError
from app.vault.kdf import FLOOR
from app.vault.store import Store

AT = datetime(2026, 11, 24, 22, 15, tzinfo=UTC)


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def write(folder: Path, code: str) -> None:
    """Commit messages for ever; name each once it is committed, and again once it has grown."""
    store = vault.unlock_with_recovery(folder, code)
    conversation = store.new_conversation("gesprek", AT).id
    say("ready")
    while True:
        message = store.add_message(conversation, "assistant", (("text", "eerste zin."),), AT).id
        say(f"added {message}")
        store.replace_blocks(message, (("text", "eerste zin. tweede zin."), ("box", "kaart " * 50)))
        say(f"grown {message}")


def make(folder: Path, passphrase: str) -> None:
    """Make a vault, and say so when it is there."""
    say("ready")
    vault.create(folder, passphrase, FLOOR)
    say("made")


def hold(folder: Path, code: str) -> None:
    """Hold the vault open until the parent says something."""
    store = vault.unlock_with_recovery(folder, code)
    say("ready")
    sys.stdin.readline()
    store.close()


def renew(folder: Path, passphrase: str) -> None:
    """Encrypt a vault anew under another key, and say so when it is done."""
    say("ready")
    safekeeping.new_key(folder, passphrase)
    say("renewed")


def discard(folder: Path, code: str) -> None:
    """Add conversations and delete every second one, for ever; name each step before and after."""
    store = vault.unlock_with_recovery(folder, code)
    say("ready")
    while True:
        kept, doomed = (store.new_conversation("gesprek", AT).id for _ in range(2))
        store.add_message(doomed, "user", (("text", "weg ermee " * 200),), AT)
        say(f"kept {kept}")
        say(f"deleting {doomed}")
        store.delete_conversation(doomed)
        say(f"deleted {doomed}")


def rewrap(folder: Path, *passphrases: str) -> None:
    """Change the passphrase from the first to the second and back, for ever."""
    say("ready")
    old, new = passphrases
    while True:
        say(f"trying {new}")
        vault.change_passphrase(folder, old, new)
        say(f"changed {new}")
        old, new = new, old


def copy(folder: Path, passphrase: str, target: str) -> None:
    """Write backup after backup; name each before and after."""
    store = vault.unlock(folder, passphrase)
    say("ready")
    for number in range(100_000):
        file = Path(f"{target}{number}")
        safekeeping.back_up(folder, store, passphrase, file)
        say(f"copied {file}")


def bring_back(folder: Path, secret: str, source: str) -> None:
    """Put a backup in the place of the vault, for ever, and open it every second time."""
    say("ready")
    for number in range(100_000):
        safekeeping.restore(folder, Path(source), secret)
        say("restored")
        if number % 2:
            vault.unlock_with_recovery(folder, secret).close()


def fill(folder: Path, code: str, limit: str) -> None:
    """Write until the disk refuses (or files reach `limit` bytes, if not 0); name what was committed."""
    if limit != "0":
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    store = vault.unlock_with_recovery(folder, code)
    conversation = store.new_conversation("gesprek", AT).id
    say(f"refused {_refusal(store, conversation)}")
    say(f"readable {len(store.messages(conversation))}")
    os._exit(0)  # the power goes: nothing is closed


def _refusal(store: Store, conversation: str) -> str:
    for _ in range(100_000):
        try:
            message = store.add_message(conversation, "user", (("text", "woord " * 500),), AT).id
        except VaultError as error:
            return error.code
        say(f"added {message}")
    return "never"


def readonly(folder: Path, code: str) -> None:
    """Try the vault as someone who may read the folder and not write in it."""
    vault.exists(folder)
    if os.getuid() == 0:
        os.setuid(65534)
    try:
        vault.unlock_with_recovery(folder, code)
    except VaultError as error:
        say(error.code)


PROGRAMS: dict[str, Callable[..., None]] = {
    "write": write,
    "make": make,
    "hold": hold,
    "renew": renew,
    "discard": discard,
    "rewrap": rewrap,
    "copy": copy,
    "bring_back": bring_back,
    "fill": fill,
    "readonly": readonly,
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
