"""The store behind the desk: the vault's calls on their one thread, its errors as the desk's codes."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar, cast

from app.conversation.blocks import as_text
from app.conversation.searching import Found
from app.conversation.storage import Storage, StoredConversation, StoredMessage
from app.conversation.told import Told
from app.conversation.values import Block, DeskError
from app.vault import vault
from app.vault.attempts import delay_seconds
from app.vault.errors import VaultError
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
        return await self._tried(vault.unlock, passphrase)

    async def unlock_with_recovery(self, code: str) -> Storage:
        return await self._tried(vault.unlock_with_recovery, code)

    async def aclose(self) -> None:
        await self._worker.aclose()

    async def _tried(self, opener: Callable[[Path, str], Store], secret: str) -> Storage:
        """One try at a time; after wrong ones the next has to wait."""
        if self._folder is None:
            raise DeskError("locked")
        async with self._trying:
            await asyncio.sleep(max(0.0, self._next_try - time.monotonic()))
            try:
                store = await _called(self._worker, opener, self._folder, secret)
            except DeskError as error:
                if error.code != _WRONG:
                    raise
                self._failures += 1
                wait = delay_seconds(self._failures)
                self._next_try = time.monotonic() + wait
                raise DeskError(_WRONG, wait) from None
            self._failures, self._next_try = 0, 0.0
            return KeptStorage(store, self._worker)


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
