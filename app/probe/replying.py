"""The reply-level half of the bench: what a responder wrote, what became of each sentence, and what is shown.

The reply comes from the real turn (`app/conversation/turn.py`); the verdicts are the same review once more.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from time import perf_counter

from app.conversation.blocks import add_piece, as_text
from app.conversation.turn import Cast, Turn, take_turn
from app.conversation.values import Block, Box, Done, Sentence
from app.log import log_failure
from app.probe.trace import Took, Trace
from app.probe.values import ProbeError, Replied
from app.responders.protocol import Request, Responder
from guardrails.guard import Guard
from guardrails.humanness.review import ReplyState, ReviewContext
from guardrails.sentences import SentenceSplitter, plain
from guardrails.values import Memory, Plan, Reading, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """One sentence as it was written, and what became of it; `written` is "" for what is judged of the whole."""

    written: str = field(repr=False)
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply from begin to end. `written` is all that the responder said; it may be anything."""

    responder: str
    written: str = field(repr=False)
    judged: tuple[Judged, ...]
    shown: str = field(repr=False)
    done: Done
    took: tuple[Took, ...]

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(event.name for event in self.done.events)


class Recorder:
    """A responder that notes what another one says, piece by piece."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self.name = responder.name
        self.pieces: list[str] = []
        self.seconds = 0.0

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    async def reply(self, request: Request) -> AsyncGenerator[str]:
        begun = perf_counter()
        async with aclosing(self._responder.reply(request)) as pieces:
            async for piece in pieces:
                self.seconds += perf_counter() - begun
                self.pieces.append(piece)
                yield piece
                begun = perf_counter()

    async def aclose(self) -> None:
        """The responder is not ours to close."""


async def reply_to(trace: Trace, guard: Guard, responder: Responder, guided: Responder) -> Reply:
    """The reply to the last message of a trace, as a person would see it, with all that was behind it."""
    last = trace.last
    reading, plan, memory = _known(last.reading, last.plan, last.memory)
    recorded = Recorder(responder)
    own = recorded if responder is guided else Recorder(guided)
    turn = Turn(trace.messages, reading, memory, trace.session, trace.settings, trace.messages[-1].at)
    blocks: tuple[Block, ...] = ()
    done = Done()
    begun = perf_counter()
    async with aclosing(take_turn(turn, guard, Cast(recorded, own), log_failure)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Sentence | Box):
                blocks = add_piece(blocks, piece)
            elif isinstance(piece, Done):
                done = piece
    whole = perf_counter() - begun
    spoke = recorded if plan.lead == "model" else own
    begun = perf_counter()
    judged = judge(spoke.text, guard, _context(trace, reading, plan))
    reviewed = perf_counter() - begun
    took = (Took("write", spoke.seconds * 1000), Took("review", reviewed * 1000), Took("reply", whole * 1000))
    return Reply(spoke.name, spoke.text, judged, as_text(blocks), done, took)


def judge(written: str, guard: Guard, context: ReviewContext) -> tuple[Judged, ...]:
    """Every sentence with its verdict, then what is judged of the whole reply."""
    splitter, state = SentenceSplitter(), ReplyState()
    sentences = [*splitter.feed(written), *filter(str.strip, (splitter.rest(),))]
    judged: list[Judged] = []
    for sentence in sentences:
        verdict, state = guard.reviewer.sentence(plain(sentence), state, context)
        judged.append(Judged(sentence, verdict))
    if sentences:
        tail, _ = guard.reviewer.finish(state, context)
        judged += (Judged("", verdict) for verdict in tail)
    return tuple(judged)


def replied(id: str, trace: Trace, reply: Reply, responder: str, bad: Sequence[str] = ()) -> Replied:
    """One row of a comparison. What leaked: characters of a bad span that are shown.

    Without labels bad is what the review itself found a claim in: then nothing leaks, unless something is broken.
    """
    found = tuple(bad) or tuple(one.written for one in reply.judged if one.verdict.kinds and one.written)
    removed = tuple(dict.fromkeys(kind.value for one in reply.judged for kind in one.verdict.kinds))
    return Replied(
        responder=responder,
        id=id,
        said=trace.last.said.text,
        written=reply.written,
        shown=reply.shown,
        leaked=sum(len(span) for span in found if span and span in reply.shown),
        events=reply.events,
        removed=removed,
        failed=reply.done.failed,
        asked=bool(reply.written) and trace.last.plan is not None and trace.last.plan.lead == "model",
        ms=round(sum(step.ms for step in reply.took if step.step == "reply"), 3),
    )


def _known(reading: Reading | None, plan: Plan | None, memory: Memory) -> tuple[Reading, Plan, Memory]:
    if reading is None or plan is None:
        raise ProbeError("last")
    return reading, plan, memory


def _context(trace: Trace, reading: Reading, plan: Plan) -> ReviewContext:
    """As the turn makes it."""
    return ReviewContext(
        user=trace.messages[-1].text,
        reading=reading,
        plan=plan,
        country=trace.settings.country,
        earlier=tuple(message.text for message in trace.messages if message.role == "assistant"),
        language=plan.language,
    )
