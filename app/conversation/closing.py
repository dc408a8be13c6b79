"""A line of one's own to keep at the end of a conversation: never one with danger or self-hate."""

from typing import Protocol

from app.conversation.values import ConversationRow, ConversationView
from guardrails.sentences import sentences

_SHORT, _LONG, _MOST, _LOOKED_AT = 3, 25, 8, 40


class Talks(Protocol):
    async def conversations(self) -> tuple[ConversationRow, ...]: ...
    async def view(self, conversation: str) -> ConversationView: ...
    def calm(self, line: str) -> bool: ...


async def lines_to_keep(desk: Talks) -> tuple[str, ...]:
    """Sentences that the person wrote in the last conversation, newest first; empty when there is none that fits."""
    rows = sorted(await desk.conversations(), key=lambda row: row.last, reverse=True)
    if not rows:
        return ()
    view = await desk.view(rows[0].id)
    said = [text for message in view.messages if message.role == "user" for _, text in message.blocks]
    found = [" ".join(line.split()) for text in said for line in sentences(text)]
    fit = [line for line in dict.fromkeys(reversed(found)) if _SHORT <= len(line.split()) <= _LONG][:_LOOKED_AT]
    return tuple(line for line in fit if desk.calm(line))[:_MOST]
