"""The report of an incident as plain text: what the person chose to show, and nothing about the person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.conversation.blocks import as_text
from app.conversation.values import ShownMessage
from app.web.words import Words


@dataclass(frozen=True, slots=True)
class Report:
    """What goes into it; `left_out` counts the messages that do not."""

    messages: Sequence[ShownMessage] = field(repr=False)
    what: str = field(repr=False)
    left_out: int
    brain: str
    made: datetime
    to: str


def written(report: Report, words: Words) -> str:
    """Paragraphs with an empty line between them."""
    day = words.day(report.made.date().isoformat())
    lines = [
        words.say("incident.file_title"),
        words.say("incident.file_date", day=day),
        words.say("incident.file_to", name=report.to) if report.to else words.say("incident.file_to_nobody"),
        words.say(f"incident.file_{report.brain}"),
    ]
    parts = ["\n".join(lines)]
    if report.what.strip():
        parts.append(f"{words.say('incident.file_what')}\n{report.what.strip()}")
    if report.messages:
        parts.append(words.say("incident.file_messages"))
    for message in report.messages:
        who = words.say("chat.you" if message.role == "user" else "chat.program")
        parts.append(f"{who}, {words.moment(message.at)}\n{as_text(message.blocks)}")
    if report.left_out:
        parts.append(words.say("incident.file_left_out", count=report.left_out))
    return "\n\n".join(parts) + "\n"
