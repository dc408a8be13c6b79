"""What is known of replies beside the store: why each became what it is, what a person said of one, the last turn.

In memory only, and gone at lock: the vault keeps what was shown, and nothing about the person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.conversation.turn import Turn
from app.conversation.values import Done
from app.conversation.why import Why, acted
from app.responders.protocol import Feedback
from guardrails.values import Level, Memory


@dataclass(frozen=True, slots=True)
class Last:
    """The newest reply, with all that is needed to make it anew."""

    reply: str  # its id
    turn: Turn
    text: str = field(repr=False)  # what was shown
    memory: Memory  # of the guard, after this reply
    written: bool  # there is something in it that the guard did not say itself


class Reasons:
    """Belongs to one desk."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """At lock."""
        self._whys: dict[str, Why] = {}
        self._said: dict[str, Feedback] = {}
        self._turn: Turn | None = None
        self._writing = False
        self.last: Last | None = None

    @property
    def whys(self) -> Mapping[str, Why]:
        return self._whys

    def say(self, conversation: str, feedback: Feedback) -> None:
        """What was not right; the newest holds for the next reply."""
        self._said[conversation] = feedback

    def said(self, conversation: str) -> Feedback | None:
        return self._said.get(conversation)

    def heed(self, conversation: str) -> Feedback | None:
        """What this reply has to heed; once."""
        return self._said.pop(conversation, None)

    def leave(self, conversation: str) -> None:
        """A conversation was deleted: its last turn, with its words, goes too."""
        self._said.pop(conversation, None)
        if self.last and self.last.turn.messages[-1].conversation == conversation:
            self.last = None

    def began(self, turn: Turn | None) -> None:
        """A reply begins; None while it is not known yet from what."""
        self._turn, self._writing, self.last = turn, True, None

    def ended(self, reply: str, done: Done | None, text: str, memory: Memory) -> None:
        """A reply ended, whole (`done`) or not; nothing changes when it never began."""
        if not self._writing:
            return
        turn, self._writing = self._turn, False
        if turn is None:
            self._whys[reply] = _failed(done)
            return
        level = turn.reading.level
        why = Why(raised=level >= Level.ELEVATED, feedback=turn.feedback, another=turn.another)
        if done is None:
            why = replace(why, stopped=True)
        else:
            left_out = () if why.raised else done.left_out
            events = acted(done.events, level)
            why = replace(why, acted=events, left_out=left_out, wrote=done.wrote, more=done.more, failed=done.failed)
        self._whys[reply] = why
        if why.failed != "guard":
            self.last = Last(reply, turn, text, memory, why.wrote != "guard")


def _failed(done: Done | None) -> Why:
    """The guard failed before there was a reading."""
    return Why(stopped=True) if done is None else Why(wrote=done.wrote, failed=done.failed)
