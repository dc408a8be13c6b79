"""What a reply is made from: the newest message, all that was said and shown before it, and the reviewed texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.responders.guided import mirror as mirroring
from app.responders.guided.data import Entry, Found, GuidedData, SentenceKind
from app.responders.protocol import Request
from guardrails.humanness.shaping import key
from guardrails.normalise import normalise
from guardrails.phrases import split_words
from guardrails.sentences import plain, sentences
from guardrails.values import DISTORTIONS, Belief, Level, Plan, Reading

_DELICATE = frozenset({Belief.ABSOLUTE_SELF_JUDGEMENT, Belief.DELUSION_LIKE, Belief.BURDEN})
_LAST_EVERY = 3
_OWN_SHARE = 0.6
"""A shown sentence of which so many words are the person's own counts as one that gave them back."""

Row = tuple[SentenceKind, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a reply: a sentence or two of one kind."""

    kind: SentenceKind
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """The newest message with all that was said and shown before it."""

    text: str
    earlier: tuple[str, ...]  # what the person wrote before, oldest first
    replies: tuple[str, ...]  # what was shown before, oldest first
    seen: frozenset[str]  # keys of every sentence that was shown, in a former reply to this message too
    rows: tuple[Row, ...]  # kinds of the sentences in the last two replies
    about: Found  # the entries that this message is about
    request: Request
    data: GuidedData = field(repr=False)

    @property
    def turn(self) -> int:
        return self.request.variant

    @property
    def plan(self) -> Plan:
        return self.request.plan

    @property
    def reading(self) -> Reading:
        return self.request.reading

    @property
    def last_reply(self) -> str:
        return self.replies[-1] if self.replies else ""

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def found(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the entries that this message is about, per table."""
        return self.about.ids

    @property
    def careful(self) -> bool:
        """Does this message hold what must not be echoed: danger, a plan that harms, a verdict on oneself?"""
        beliefs = set(self.reading.beliefs)
        return self.reading.here >= Level.CONCERN or bool(beliefs & _DELICATE) or bool(beliefs - DISTORTIONS)

    @property
    def doubted(self) -> bool:
        """Does it hold a thought that the reply must not confirm?"""
        return self.reading.pushback or bool(set(self.reading.beliefs) & DISTORTIONS)

    def fresh(self, text: str) -> bool:
        """Was no sentence of this text shown before in this conversation?"""
        return all(key(part) not in self.seen for part in sentences(text))

    def pick(self, choices: Sequence[str], besides: Iterable[str] = ()) -> str | None:
        """The first wording, from one that differs with the turn and the message, that was not shown before."""
        start, left = self.turn + len(self.text), [c for c in map(self._filled, choices) if c and self.fresh(c)]
        if len(left) == 1 < len(choices) and self.turn % _LAST_EVERY:
            return None  # the last one left may be one that the review took out: it must not come again and again
        turned = (self._filled(choices[(start + step) % len(choices)]) for step in range(len(choices)))
        return next((c for c in turned if c and c in left and c not in besides), None)

    def line(self, place: str, **fields: str) -> str | None:
        """A reviewed wording for this moment that was not shown before."""
        choices = self.data.lines.get(place, ())
        for name, value in fields.items():
            choices = tuple(choice.replace("{" + name + "}", value) for choice in choices)
        return self.pick(choices)

    def entries(self, table: str) -> tuple[Entry, ...]:
        """What this message is about, in the order of the file."""
        return tuple(self.data.tables[table][name] for name in self.found[table])

    def showed(self, texts: Iterable[str], within: int = 1) -> bool:
        """Was one of these texts shown in the last replies?"""
        recent = {key(plain(part)) for reply in self.replies[-within:] for part in sentences(reply)}
        return any(key(part) in recent for text in texts for part in sentences(text))

    def _filled(self, choice: str) -> str | None:
        if "{person}" not in choice:
            return choice
        dead = self.reading.grief or any(
            "rouw" in about(text, self.data).ids["topic"] for text in (*self.earlier, self.text)
        )
        person = None if dead else self.data.grammar.person(self.text)
        return choice.replace("{person}", person) if person else None


def scene(request: Request, data: GuidedData) -> Scene:
    """The scene of a request; a pure function of the shown conversation."""
    replies = tuple(m.text for m in request.messages if m.role == "assistant")
    said = tuple(m.text for m in request.messages if m.role == "user")
    text = said[-1] if said else ""
    return Scene(
        text=text,
        earlier=said[:-1],
        replies=replies,
        seen=frozenset(key(plain(part)) for reply in (*replies, *request.former) for part in sentences(reply)),
        rows=tuple(row_of(reply, said, data) for reply in replies[-2:]),
        about=about(text, data),
        request=request,
        data=data,
    )


def about(text: str, data: GuidedData) -> Found:
    """The entries that a message is about."""
    return data.find(split_words(normalise(text)), len(text.split()))


def row(parts: Iterable[Part]) -> Row:
    """The kinds of a reply's pieces; the same kind twice in a row counts once."""
    kinds: list[SentenceKind] = []
    for part in parts:
        if not kinds or kinds[-1] != part.kind:
            kinds.append(part.kind)
    return tuple(kinds)


def row_of(reply: str, said: Sequence[str], data: GuidedData) -> Row:
    """The kinds of the sentences of a shown reply, read back from its text; what the guard said does not count."""
    own = frozenset(word for text in said for word in mirroring.content(text, data.grammar))
    found: list[tuple[SentenceKind | None, str]] = [(_kind(part, own, data), part) for part in sentences(reply)]
    return row(Part(kind, part) for kind, part in found if kind)


def _kind(part: str, own: frozenset[str], data: GuidedData) -> SentenceKind | None:
    known = data.kinds.get(key(part))
    if known:
        return known
    words = mirroring.content(part, data.grammar)
    if words and len(words & own) >= _OWN_SHARE * len(words):
        return "mirror"
    return None
