"""The store behind the desk: the vault's calls on their one thread, its errors as the desk's codes."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar, cast

from app.conversation.blocks import as_text
from app.conversation.searching import Found
from app.conversation.storage import Storage, StoredConversation, StoredMessage, StoredPaper
from app.conversation.told import Told
from app.conversation.values import Block, DeskError
from app.vault import safekeeping, vault
from app.vault.attempts import delay_seconds
from app.vault.errors import VaultError, file_errors
from app.vault.rows import StoredMessage as Row
from app.vault.store import Store
from app.vault.worker import StoreWorker
from guardrails.values import Message

P = ParamSpec("P")
T = TypeVar("T")

_CODES: Mapping[str, str] = {
    "mistyped_recovery_code": "wrong_passphrase",
    "wrong_recovery_code": "wrong_passphrase",
    "unsafe_keys": "damaged",
    "keys_missing": "damaged",
    "no_vault": "damaged",
    "already_exists": "already_kept",
    "gone": "no_such_conversation",
    "closed": "locked",
}
"""Codes of the vault that the page has another sentence for; the others keep their name."""

_WRONG = "wrong_passphrase"
_BACKUP = "vault.backup"


class KeptStorage:
    """An open store, kept or in memory, as the desk uses it."""

    def __init__(self, store: Store, worker: StoreWorker) -> None:
        self.store, self._worker = store, worker
        self.kept = store.kept

    async def conversations(self) -> tuple[StoredConversation, ...]:
        return await self._call(self.store.conversations)

    async def new_conversation(self, title: str, at: datetime) -> StoredConversation:
        return await self._call(self.store.new_conversation, title, at)

    async def rename_conversation(self, conversation: str, title: str) -> None:
        await self._call(self.store.rename_conversation, conversation, title)

    async def delete_conversation(self, conversation: str) -> None:
        await self._call(self.store.delete_conversation, conversation)

    async def delete_all_conversations(self) -> None:
        await self._call(self.store.delete_all_conversations)

    async def messages(self, conversation: str) -> tuple[StoredMessage, ...]:
        return await self._call(self.store.messages, conversation)

    async def transcript(self, conversation: str) -> tuple[Message, ...]:
        return _said(await self._call(self.store.messages, conversation))

    async def transcript_since(self, at: datetime) -> tuple[Message, ...]:
        return _said(await self._call(self.store.messages_since, at))

    async def add_message(
        self,
        conversation: str,
        role: Literal["user", "assistant"],
        blocks: tuple[Block, ...],
        at: datetime,
        active_seconds: float = 0.0,
    ) -> StoredMessage:
        return await self._call(self.store.add_message, conversation, role, blocks, at, active_seconds)

    async def replace_blocks(self, message: str, blocks: tuple[Block, ...]) -> None:
        await self._call(self.store.replace_blocks, message, blocks)

    async def papers(self) -> tuple[StoredPaper, ...]:
        return await self._call(self.store.papers)

    async def new_paper(self, tool: str, title: str, body: str, at: datetime) -> StoredPaper:
        return await self._call(self.store.new_paper, tool, title, body, at)

    async def put_paper(self, paper: str, body: str, at: datetime) -> None:
        await self._call(self.store.put_paper, paper, body, at)

    async def delete_paper(self, paper: str) -> None:
        await self._call(self.store.delete_paper, paper)

    async def search(self, wanted: tuple[str, ...]) -> tuple[Found, ...]:
        return await self._call(self.store.search, wanted)

    async def add_told(self, talks: tuple[Told, ...]) -> tuple[str, ...]:
        return await self._call(self.store.add_told, talks)

    async def active_since(self, at: datetime) -> tuple[tuple[datetime, float], ...]:
        return await self._call(self.store.active_since, at)

    async def setting(self, name: str) -> str | None:
        return await self._call(self.store.setting, name)

    async def put_setting(self, name: str, value: str) -> None:
        await self._call(self.store.put_setting, name, value)

    async def usage(self) -> str | None:
        return await self._call(self.store.usage)

    async def put_usage(self, text: str) -> None:
        await self._call(self.store.put_usage, text)

    async def draft(self, conversation: str) -> str | None:
        return await self._call(self.store.draft, conversation)

    async def put_draft(self, conversation: str, text: str) -> None:
        await self._call(self.store.put_draft, conversation, text)

    async def close(self) -> None:
        await self._call(self.store.close)

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await _called(self._worker, work, *args, **kwargs)


class FolderDoor:
    """Opens the vault of one folder; `folder` None keeps nothing, whatever is asked."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._worker = StoreWorker()
        self._trying = asyncio.Lock()
        self._failures = 0
        self._next_try = 0.0  # monotonic seconds

    def exists(self) -> bool:
        if self._folder is None:
            return False
        try:
            return vault.exists(self._folder)
        except VaultError as error:
            raise _as_desk_error(error) from None

    async def open_nothing(self) -> Storage:
        return KeptStorage(await _called(self._worker, Store.in_memory), self._worker)

    async def create(self, passphrase: str, content: Storage) -> tuple[Storage, str]:
        """A new vault with everything of another store in it: all of it, or no vault."""
        if self._folder is None:
            raise DeskError("read_only")
        everything = await _called(self._worker, cast("KeptStorage", content).store.everything)
        store, code = await _called(self._worker, vault.create, self._folder, passphrase, None, everything)
        return KeptStorage(store, self._worker), code.text

    async def unlock(self, passphrase: str) -> Storage:
        return await self._opened(vault.unlock, passphrase)

    async def unlock_with_recovery(self, code: str) -> Storage:
        return await self._opened(vault.unlock_with_recovery, code)

    async def check_passphrase(self, passphrase: str) -> None:
        await self._tried(safekeeping.check_passphrase, self._here(), passphrase)

    async def change_passphrase(self, old: str, new: str) -> None:
        await self._tried(vault.change_passphrase, self._here(), old, new)

    async def new_recovery_code(self, passphrase: str) -> str:
        return (await self._tried(safekeeping.new_recovery_code, self._here(), passphrase)).text

    async def check_recovery_code(self, code: str) -> None:
        await self._tried(safekeeping.check_recovery_code, self._here(), code)

    async def new_key(self, passphrase: str) -> str:
        return (await self._tried(safekeeping.new_key, self._here(), passphrase)).text

    async def back_up(self, passphrase: str, content: Storage) -> bytes:
        store = cast("KeptStorage", content).store
        return await self._tried(_backup_bytes, self._here(), store, passphrase)

    async def restore(self, path: str, secret: str) -> None:
        await self._tried(_restored, self._here(), path, secret)

    async def erase(self) -> None:
        if self._folder is not None:
            await _called(self._worker, safekeeping.erase, self._folder)

    async def aclose(self) -> None:
        await self._worker.aclose()

    def _here(self) -> Path:
        if self._folder is None:
            raise DeskError("read_only")
        return self._folder

    async def _opened(self, opener: Callable[[Path, str], Store], secret: str) -> Storage:
        if self._folder is None:
            raise DeskError("locked")
        return KeptStorage(await self._tried(opener, self._folder, secret), self._worker)

    async def _tried(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One try at a time; after wrong ones the next has to wait."""
        async with self._trying:
            await asyncio.sleep(max(0.0, self._next_try - time.monotonic()))
            try:
                result = await _called(self._worker, work, *args, **kwargs)
            except DeskError as error:
                if error.code != _WRONG:
                    raise
                self._failures += 1
                wait = delay_seconds(self._failures)
                self._next_try = time.monotonic() + wait
                raise DeskError(_WRONG, wait) from None
            self._failures, self._next_try = 0, 0.0
            return result


def _restored(folder: Path, path: str, secret: str) -> None:
    try:
        source = Path(path.strip().strip('"')).expanduser()
        there = source.is_file()
    except (OSError, ValueError, RuntimeError):  # no path at all
        there, source = False, Path()
    if not there:
        raise DeskError("no_such_file")
    safekeeping.restore(folder, source, secret)


def _backup_bytes(folder: Path, store: Store, passphrase: str) -> bytes:
    target = folder / _BACKUP
    with file_errors():
        target.unlink(missing_ok=True)  # what a crash left
    safekeeping.back_up(folder, store, passphrase, target)
    try:
        with file_errors():
            return target.read_bytes()
    finally:
        with file_errors():
            target.unlink(missing_ok=True)


async def _called(worker: StoreWorker, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return await worker.call(work, *args, **kwargs)
    except VaultError as error:
        raise _as_desk_error(error) from None


def _as_desk_error(error: VaultError) -> DeskError:
    return DeskError(_CODES.get(error.code, error.code))


def _said(rows: tuple[Row, ...]) -> tuple[Message, ...]:
    """What the guard and the responders read; a reply of which nothing was shown is no message."""
    return tuple(Message(row.role, as_text(row.blocks), row.at, row.conversation) for row in rows if row.blocks)
