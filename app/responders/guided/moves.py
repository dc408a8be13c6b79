"""Which sentences make a reply: mirror, statement, question, offer, in a row that differs from the rows before."""

import re
from dataclasses import dataclass
from typing import Literal

from app.responders.guided import mirror as mirroring
from app.responders.guided.data import Entry, GuidedData
from app.responders.protocol import Request
from guardrails.normalise import normalise
from guardrails.phrases import split_words
from guardrails.values import Belief, Level

SentenceKind = Literal["mirror", "statement", "question", "offer"]

# No two of three rows in a row are the same, and one in three holds no question.
_ROWS: tuple[tuple[SentenceKind, ...], ...] = (
    ("mirror", "question"),
    ("mirror", "statement", "question"),
    ("statement", "mirror"),
    ("mirror", "statement", "offer"),
    ("statement", "mirror", "question"),
    ("mirror", "statement"),
)
_QUIET: tuple[tuple[SentenceKind, ...], ...] = (("mirror", "statement"), ("statement", "mirror"), ("mirror",))
_DELICATE = frozenset({Belief.ABSOLUTE_SELF_JUDGEMENT, Belief.DELUSION_LIKE, Belief.BURDEN})
_YES = re.compile(
    r"^\W*(ja+|jawel|jep|yes|yep|yeah|ok(e|ay)?|graag|doe maar|prima|is goed|sure|please|goed|top|vooruit)\b",
    re.IGNORECASE,
)
_NO = re.compile(r"^\W*(nee+|neen|nope|no|niet nu|liever niet|not now|rather not|laat maar)\b", re.IGNORECASE)
_SHORT_WORDS = 3
_ITEM = re.compile(r"\n|,|;| en | and ")
_MANY_ITEMS = 2


@dataclass(frozen=True, slots=True)
class Scene:
    """The newest message with all that was said and shown before it."""

    text: str
    shown: str  # every reply so far, lower case
    last_reply: str
    said: int  # messages of the person
    request: Request
    data: GuidedData

    @property
    def turn(self) -> int:
        return self.request.variant

    def line(self, key: str, **fields: str) -> str | None:
        """A reviewed wording for this moment that was not shown before."""
        text = mirroring.unused(self.data.lines.get(key, ()) or ("",), self.shown, self.turn)
        for name, value in fields.items():
            text = text.replace("{" + name + "}", value) if text else text
        return text or None


def scene(request: Request, data: GuidedData) -> Scene:
    replies = [m.text for m in request.messages if m.role == "assistant"]
    said = [m.text for m in request.messages if m.role == "user"]
    return Scene(
        text=said[-1] if said else "",
        shown="\n".join(replies).lower(),
        last_reply=replies[-1] if replies else "",
        said=len(said),
        request=request,
        data=data,
    )


def reply(scene: Scene) -> tuple[str, ...]:
    """The sentences of one reply, in order; at most one is a question."""
    for move in (_crisis, _rest, _goodbye, _unhelpful, _ordering, _answered_offer, _need, _short):
        sentences = move(scene)
        if sentences:
            return tuple(s for s in sentences if s)
    return _talk(scene)


def _crisis(scene: Scene) -> list[str | None] | None:
    """From elevated on: short, steady, about the next hour. The guard adds the step, the card and the question."""
    topic = scene.request.plan.crisis_topic
    if scene.request.plan.level < Level.ELEVATED or not topic:
        return None
    key = f"crisis.{topic}" if f"crisis.{topic}" in scene.data.lines else f"crisis.{topic.split('.')[-1]}"
    first = scene.line(key) or scene.line("crisis.again")
    leads = (
        scene.line("crisis.leads")
        if not any(t.lower() in scene.shown for t in scene.data.lines["crisis.leads"])
        else None
    )
    return [first or _safe_mirror(scene), leads]


def _rest(scene: Scene) -> list[str | None] | None:
    if scene.request.plan.crisis_topic != "rest":
        return None
    return [_mirror(scene), scene.line("rest")]


def _goodbye(scene: Scene) -> list[str | None] | None:
    if not scene.request.reading.goodbye:
        return None
    return [scene.line("goodbye") or scene.data.lines["goodbye"][0]]


def _unhelpful(scene: Scene) -> list[str | None] | None:
    wishes = scene.request.reading.wishes
    if "human" in wishes:
        return [scene.line("human"), _ask(scene, "human_ask")]
    if "unhelpful" in wishes:
        return [scene.line("unhelpful"), _ask(scene, "unhelpful_ask")]
    if "no_questions" in wishes:
        return [scene.line("no_questions"), _mirror(scene)]
    return None


def _ordering(scene: Scene) -> list[str | None] | None:
    """Thoughts in order, in four steps: pour out, name all items, one at a time, a next step. Adds nothing of its own."""
    lines = scene.data.lines
    last = scene.last_reply
    if _holds(last, lines["order.pour"]):
        items = _items(scene.text)
        if len(items) >= _MANY_ITEMS:
            listed = "; ".join(items)
            return [scene.line("order.list", number=str(len(items)), items=listed), scene.line("order.which")]
        return [_mirror(scene), scene.line("order.more")]
    if _holds(last, lines["order.which"]):
        return [_mirror(scene), scene.line("order.kind")]
    if _holds(last, lines["order.kind"]):
        return [_mirror(scene) if len(scene.text.split()) > _SHORT_WORDS else None, scene.line("order.step")]
    if _holds(last, lines["order.step"]):
        return [_mirror(scene), scene.line("order.done")]
    if _offered(scene, "order") and _YES.match(scene.text):
        return [scene.line("order.pour") or lines["order.pour"][0]]
    return None


def _answered_offer(scene: Scene) -> list[str | None] | None:
    """A yes or no to what was offered; a no is simply accepted."""
    for name in ("calm", "prepare", "push_back"):
        if _offered(scene, name) and _YES.match(scene.text):
            return [scene.line(f"{name}.start"), _ask(scene, f"{name}.ask")]
    offers = [line for key, lines in scene.data.lines.items() if key.startswith("offer.") for line in lines]
    if _holds(scene.last_reply, offers) and _NO.match(scene.text):
        return [
            scene.line("offer_refused"),
            _mirror(scene) if len(scene.text.split()) > _SHORT_WORDS else None,
        ]
    return None


def _need(scene: Scene) -> list[str | None] | None:
    """What the message asks for in so many words: order, calm, a talk to prepare, a choice, facts."""
    for name in _found(scene, "need"):
        entry = scene.data.needs[name]
        statement = mirroring.unused(entry.says, scene.shown, scene.turn) if entry.says else None
        ask = (
            mirroring.unused(entry.asks, scene.shown, scene.turn) if entry.asks and scene.request.plan.may_ask else None
        )
        if statement or ask:
            return [_mirror(scene), statement, ask]
    return None


def _short(scene: Scene) -> list[str | None] | None:
    """Very few words: no pressure, a smaller question or a choice."""
    if len(scene.text.split()) > _SHORT_WORDS or (scene.said <= 1 and _found(scene, "topic")):
        return None
    if mirroring.best(scene.text, scene.shown, careful=_careful(scene), verbs=scene.data.verbs):
        return None
    key = "yes" if _YES.match(scene.text) else "no" if _NO.match(scene.text) else "short"
    return [scene.line(key), _ask(scene, "choice")]


def _talk(scene: Scene) -> tuple[str, ...]:
    """Ordinary talk: a row of kinds that differs from the last two, filled from what the message is about."""
    quiet = not scene.request.plan.may_ask or (scene.request.reading.grief and scene.turn % 2 == 1)
    rows = _QUIET if quiet else _ROWS
    row = rows[scene.turn % len(rows)]
    if row[-1] == "offer" and scene.said < 3:
        row = ("mirror", "question")
    filled = [_fill(kind, scene) for kind in row]
    if not any(filled):
        filled = [_fill("statement", scene), _fill("question", scene)]
    sentences = [s for s in filled if s]
    if len(sentences) == 1 and not quiet and not sentences[0].endswith("?"):
        sentences.append(_fill("question", scene) or _fill("statement", scene) or "")
    return tuple(s for s in sentences if s) or (
        scene.data.lines["last_resort"][scene.turn % len(scene.data.lines["last_resort"])],
    )


def _fill(kind: SentenceKind, scene: Scene) -> str | None:
    if kind == "mirror":
        return _mirror(scene)
    if kind == "offer":
        return _offer(scene)
    entries = [*_entries(scene), scene.data.general]
    if kind == "question" and not scene.request.plan.may_ask:
        return None
    for entry in entries:
        choices = entry.asks if kind == "question" else entry.says
        found = mirroring.unused(choices, scene.shown, scene.turn) if choices else None
        if found:
            return found
    return None


def _entries(scene: Scene) -> list[Entry]:
    data = scene.data
    topics = [data.topics[name] for name in _found(scene, "topic")]
    feelings = [data.feelings[name] for name in _found(scene, "feeling")]
    both = [*feelings, *topics] if scene.turn % 2 == 0 else [*topics, *feelings]
    if both:
        return both
    # Nothing new was named: stay with what the conversation is about.
    for message in reversed(scene.request.messages[:-1]):
        if message.role == "user":
            found = data.found(split_words(normalise(message.text)), "topic")
            if found:
                return [data.topics[found[0]]]
    return []


def _found(scene: Scene, of: str) -> tuple[str, ...]:
    return scene.data.found(split_words(normalise(scene.text)), of)


def _offer(scene: Scene) -> str | None:
    """One offer, asked first, and each only once a conversation."""
    if not scene.request.plan.may_ask:
        return None
    offers = [offer for entry in _entries(scene) for offer in entry.offers] or ["order"]
    for name in offers:
        text = scene.data.lines.get(f"offer.{name}", ())
        if text and not any(line.lower() in scene.shown for line in text):
            return text[scene.turn % len(text)]
    return _fill("question", scene)


def _mirror(scene: Scene) -> str | None:
    found = mirroring.best(scene.text, scene.shown, careful=_careful(scene), verbs=scene.data.verbs)
    if found is None:
        return None
    if found.shifted is not None:
        return mirroring.sentence(found.shifted)
    frame = scene.data.lines["quote"][scene.turn % len(scene.data.lines["quote"])]
    return frame.replace("{words}", found.clause.rstrip(".,;:!?"))


def _safe_mirror(scene: Scene) -> str | None:
    found = mirroring.best(scene.text, scene.shown, careful=True, verbs=scene.data.verbs)
    return mirroring.sentence(found.shifted or found.clause) if found else None


def _careful(scene: Scene) -> bool:
    reading = scene.request.reading
    return reading.level >= Level.CONCERN or bool(_DELICATE & set(reading.beliefs))


def _ask(scene: Scene, key: str) -> str | None:
    return scene.line(key) if scene.request.plan.may_ask else None


def _offered(scene: Scene, name: str) -> bool:
    return _holds(scene.last_reply, scene.data.lines.get(f"offer.{name}", ()))


def _holds(text: str, lines: tuple[str, ...] | list[str]) -> bool:
    return any(line in text for line in lines)


def _items(text: str) -> list[str]:
    return [item.strip(" .-") for item in _ITEM.split(text) if item.strip(" .-")]
