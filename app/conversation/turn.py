"""The turn: how a message becomes a reply. Read `take_turn` top to bottom and you know what happens.

    read      what is in this message, in the light of all before it
    plan      what the reply must do, which cards show, which limits apply
    reply     a language model or the guided conversation writes
    review    each sentence is approved, or replaced, before anyone sees a character
    show      sentence by sentence, each stored as it is shown

A guard that fails closes: the reply stops, one plain line says so, and the way to help stays.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.conversation.values import Box, Done, Sentence, Shown
from app.conversation.why import Wrote
from app.responders.protocol import Another, Feedback, Request, Responder, ResponderUnavailable
from guardrails.guard import Guard
from guardrails.humanness.review import ReplyState, ReviewContext
from guardrails.sentences import SentenceSplitter, plain
from guardrails.values import (
    Event,
    GuardSettings,
    Language,
    Level,
    Memory,
    Message,
    Part,
    Plan,
    Reading,
    Session,
)

_QUESTIONS = frozenset({"question", "check_back"})
_PEOPLE = "help.talk"  # the card of the help page with people to talk to
_MOST_FORMER = 600  # characters of a former reply that a language model gets to see again
_NOTES = frozenset({"disclosure", "limit", "rest", "note", "break"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One reply to make: the shown conversation with the newest message last, and all the guard knows."""

    messages: tuple[Message, ...] = field(repr=False)
    reading: Reading
    memory: Memory
    session: Session
    settings: GuardSettings
    now: datetime
    feedback: Feedback | None = None  # what was not right about an earlier reply
    another: Another | None = None  # the same message once more: how, and what was answered before
    former: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who may answer: the person's chosen responder, and the guided conversation behind it."""

    responder: Responder
    guided: Responder


LogFailure = Callable[[BaseException], None]
"""Gets a failure of the guard or a responder; must record its type and place only, never its text."""


async def take_turn(turn: Turn, guard: Guard, cast: Cast, failed: LogFailure) -> AsyncGenerator[Shown]:
    """Reviewed pieces of one reply, the last of them `Done`. Closing the iterator stops the responder."""
    try:
        plan = planned(turn, guard)
    except Exception as error:  # the guard's boundary: it closes instead of letting text through
        failed(error)
        for piece in closed(guard, turn.settings, turn.memory.level, turn.now, turn.reading.language):
            yield piece
        return
    for part in plan.opening:
        yield _show(part)
    middle = _Middle(turn, guard, plan, cast, failed)
    async with aclosing(middle.write()) as pieces:
        async for piece in pieces:
            yield piece
    if middle.guard_failed:
        for piece in closed(guard, turn.settings, turn.memory.level, turn.now, turn.reading.language):
            yield piece
        return
    for part in plan.closing:
        yield _show(part)
    yield Done(
        quick_answers=plan.quick_answers,
        resting="session_closed" in {event.name for event in plan.events},
        left_out=tuple(dict.fromkeys(middle.left_out)),
        more=middle.more,
        failed=middle.failure,
        events=(*plan.events, *middle.events),
        wrote=middle.wrote,
    )


def planned(turn: Turn, guard: Guard) -> Plan:
    """What the reply must do; with a way to a person when one was missed before, unless a card stands there."""
    plan = guard.plan(turn.reading, turn.memory, turn.session, turn.settings, turn.now)
    if turn.feedback is not Feedback.SHOULD_REFER or any(part.card for part in plan.closing):
        return plan
    cards = guard.help_cards(turn.settings.country, plan.language, turn.now)
    card = next((card for card in cards if card.id == _PEOPLE), cards[-1] if cards else None)
    if card is None:
        return plan
    lines = [{"id": door.id, "name": door.name, "number": door.number} for door in card.doors]
    event = Event("referral", (("helplines", lines), ("asked", True)))
    asked = [part for part in plan.closing if part.kind in _QUESTIONS]
    said = [part for part in plan.closing if part.kind not in _QUESTIONS]
    closing = (*said, Part("card", card.as_text(), card), *asked)
    return replace(plan, closing=closing, events=(*plan.events, event))


class _Middle:
    """What the responder writes between the guard's own parts, sentence by sentence, after review."""

    def __init__(self, turn: Turn, guard: Guard, plan: Plan, cast: Cast, failed: LogFailure) -> None:
        self._turn, self._guard, self._plan, self._cast, self._failed = turn, guard, plan, cast, failed
        self.left_out: list[str] = []
        self.events: list[Event] = []
        self.more = False
        self.failure = ""
        self.guard_failed = False
        self._questions = 0  # of the whole reply, also when another responder finishes it
        self._handed_over = False
        self._writers: list[Wrote] = []

    @property
    def wrote(self) -> Wrote:
        if not self._writers:
            return "guard"
        return self._writers[0] if len(set(self._writers)) == 1 else "both"

    async def write(self) -> AsyncGenerator[Shown]:
        if self._plan.lead == "none":
            return
        first = self._cast.responder if self._plan.lead == "model" else self._cast.guided
        async with aclosing(self._reviewed(first)) as pieces:
            async for piece in pieces:
                yield piece
        if self.guard_failed or not self._handed_over:
            return
        async with aclosing(self._reviewed(self._cast.guided)) as pieces:
            async for piece in pieces:
                yield piece

    async def _reviewed(self, responder: Responder) -> AsyncGenerator[Shown]:
        """Feed what a responder writes through the splitter and the review; only what passes comes out."""
        reviewer, context = self._guard.reviewer, self._context()
        splitter, state = SentenceSplitter(), ReplyState(questions=self._questions)
        writer: Wrote = "guided" if responder is self._cast.guided else "model"
        self._handed_over = False
        paragraph = True
        try:
            request = self._request()
        except Exception as error:  # directions that cannot be made: as a review that fails
            self._fail(error)
            return
        async with aclosing(self._raw(responder, request)) as sentences:
            async for chunk in sentences:
                for sentence in splitter.feed(chunk) if chunk else _last(splitter):
                    try:
                        verdict, state = reviewer.sentence(plain(sentence), state, context)
                    except Exception as error:  # a review that fails closes
                        self._fail(error)
                        return
                    self._note(verdict.kinds)
                    self._questions = state.questions
                    if verdict.shown:
                        self._writers.append(writer)
                        yield Sentence(verdict.shown, paragraph=paragraph)
                        paragraph = False
                    if verdict.action in ("stop", "hand_over"):
                        self.more = verdict.action == "stop" and "length" in verdict.reasons
                        self._handed_over = verdict.action == "hand_over" and responder is not self._cast.guided
                        return
        if self._handed_over:
            return
        try:
            tail, _ = reviewer.finish(state, context)
        except Exception as error:  # as above
            self._fail(error)
            return
        for verdict in tail:
            self._note(verdict.kinds)
            if verdict.shown:
                self._writers.append(writer)
                yield Sentence(verdict.shown, paragraph=paragraph)
                paragraph = False

    def _request(self) -> Request:
        turn = self._turn
        return Request(
            messages=turn.messages,
            plan=self._plan,
            reading=turn.reading,
            directions=self._directions(),
            variant=turn.memory.replies + len(turn.former),
            feedback=turn.feedback,
            another=turn.another,
            former=turn.former,
        )

    def _directions(self) -> tuple[str, ...]:
        turn = self._turn
        wanted = [f"feedback_{turn.feedback.value}"] if turn.feedback else []
        wanted += [f"again_{turn.another.value}"] if turn.another else []
        plan = replace(self._plan, directions=(*self._plan.directions, *wanted))
        former = " ".join(turn.former[-1].split())[:_MOST_FORMER] if turn.former else ""
        return tuple(text.replace("{former}", former) for text in self._guard.directions(plan, turn.settings))

    async def _raw(self, responder: Responder, request: Request) -> AsyncGenerator[str]:
        """What a responder writes; an empty piece marks its end.

        A responder that fails hands over to the guided one, and its unfinished sentence is not shown.
        """
        try:
            async with aclosing(responder.reply(request)) as pieces:
                async for piece in pieces:
                    if piece:
                        yield piece
        except ResponderUnavailable as error:
            self._failed(error)
            self.failure = error.code
            self._handed_over = responder is not self._cast.guided
            self.events.append(Event("error", (("where", "responder"),)))
            return
        yield ""

    def _context(self) -> ReviewContext:
        user = self._turn.messages[-1].text if self._turn.messages else ""
        earlier = tuple(m.text for m in self._turn.messages if m.role == "assistant")
        return ReviewContext(
            user=user,
            reading=self._turn.reading,
            plan=self._plan,
            country=self._turn.settings.country,
            earlier=earlier,
            language=self._plan.language,
        )

    def _note(self, kinds: Sequence[object]) -> None:
        if not kinds:
            return
        names = [str(kind) for kind in kinds]
        self.events.append(Event("replaced", (("kinds", names),)))
        self.left_out.extend(names)

    def _fail(self, error: BaseException) -> None:
        self._failed(error)
        self.guard_failed = True


def _last(splitter: SentenceSplitter) -> tuple[str, ...]:
    rest = splitter.rest()
    return (rest,) if rest.strip() else ()


def _show(part: Part) -> Shown:
    if part.card is not None:
        return Box(part.card)
    if part.kind in _QUESTIONS:
        return Sentence(part.text, form="question", paragraph=True)
    return Sentence(part.text, form="note" if part.kind in _NOTES else "text", paragraph=True)


def closed(
    guard: Guard, settings: GuardSettings, level: Level, now: datetime, language: Language | None = None
) -> tuple[Shown, ...]:
    """The guard failed: one plain line, *Hulp nu* named, a card only when the last level was concern or higher."""
    texts = guard.texts(language or settings.language, settings)
    pieces: list[Shown] = [Sentence(texts.pick("error.guard"), form="note", paragraph=True)]
    if level >= Level.CONCERN:
        cards = guard.help_cards(settings.country, texts.language, now)
        pieces.extend(Box(card) for card in cards[:2])
    pieces.append(Done(failed="guard", events=(Event("error", (("where", "guard"),)),), wrote="guard"))
    return tuple(pieces)
