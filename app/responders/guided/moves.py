"""Which sentences make a reply. Read `reply` top to bottom: the first move that fits answers."""

from collections.abc import Callable

from app.responders.guided import care, flows, redo, say
from app.responders.guided import mirror as mirroring
from app.responders.guided.data import Entry, SentenceKind
from app.responders.guided.scene import Part, Row, Scene, row
from guardrails.sentences import sentences
from guardrails.values import Level, Mode

Parts = list[Part | None]

# Rows differ from those of the two replies before, and one reply in three holds no question.
_ASKING: tuple[Row, ...] = (
    ("mirror", "question"),
    ("mirror", "statement", "question"),
    ("statement", "mirror", "question"),
    ("mirror", "statement", "offer"),
    ("mirror", "offer"),
    ("statement", "question"),
    ("question",),
)
_QUIET: tuple[Row, ...] = (
    ("mirror", "statement"),
    ("statement", "mirror"),
    ("mirror",),
    ("statement",),
)
_SHORT_WORDS = 3
_BARE_WORDS = 6  # fewer words without a question are too few for a reply
_QUIET_FOR = 4  # replies without a question after the person asked for that


def reply(scene: Scene) -> tuple[str, ...]:
    """The sentences of one reply, in order; at most one is a question."""
    for move in _MOVES:
        parts = move(scene)
        kept = _one_question([part for part in parts or () if part])
        if kept:
            shaped = kept if move in _STEADY or flows.begun(kept, scene) else _varied(kept, scene)
            return tuple(part.text for part in shaped)
    return tuple(part.text for part in talk(scene))


def talk(scene: Scene) -> list[Part]:
    """Ordinary talk: a row of kinds that differs from the last two, filled from what the message is about."""
    asking = not _quiet(scene)
    rows = _turned(_ASKING if asking else _QUIET, scene.turn, keep=2)
    if asking and say.of_message(scene) is None:  # nothing special to state: rather only a question
        rows = tuple(sorted(rows, key=lambda kinds: ("mirror" not in kinds, "statement" in kinds)))
    for kinds in (*rows, *_QUIET):
        parts = _filled(kinds, scene)
        if parts and row(parts) == kinds and kinds not in scene.rows and not _bare(parts):
            return parts
    plain: Row = rows[0] if asking else ("mirror", "statement")
    parts = _filled(plain, scene) or _filled(("statement", "question"), scene)
    return parts or [Part("statement", _last_resort(scene))]


def _bare(parts: list[Part]) -> bool:
    """Only a few words, and nothing asked?"""
    asked = any(part.kind in ("question", "offer") for part in parts)
    return not asked and sum(len(part.text.split()) for part in parts) < _BARE_WORDS


def _disclosed(scene: Scene) -> Parts | None:
    """The guard said what this is; a question about the person follows, not about the program."""
    if not scene.reading.asks or scene.reading.level > Level.NONE or scene.words > _SHORT_WORDS * 4:
        return None
    return [say.line(scene, "asked_what")]


def _displeased(scene: Scene) -> Parts | None:
    """Not content: no defence, another course."""
    wishes = scene.reading.wishes
    if "human" in wishes:
        return [say.line(scene, "human"), say.line(scene, "human_ask")]
    for entry in scene.entries("act"):
        if entry.first:
            return _answer(scene, entry)
    if "no_questions" in wishes:
        return [say.line(scene, "no_questions"), say.mirror(scene) if scene.words > _SHORT_WORDS * 2 else None]
    if "unhelpful" in wishes:
        return [say.mirror(scene, both=False), say.line(scene, "unhelpful"), say.line(scene, "unhelpful_ask")]
    return None


def _mode(scene: Scene) -> Parts | None:
    """The person chose how to be answered."""
    if scene.reading.mode_wanted is Mode.PUSH_BACK:
        return flows.begin(scene, "push_back")
    if scene.reading.mode_wanted is Mode.LISTEN:
        return [say.line(scene, "listen"), say.mirror(scene) if scene.words > _SHORT_WORDS * 3 else None]
    return None


def _need(scene: Scene) -> Parts | None:
    """What the message asks for in so many words: order, calm, a talk to prepare, a choice, facts."""
    for entry in scene.entries("need"):
        if entry.flow and scene.plan.may_ask:
            begun = flows.begin(scene, entry.flow)
            if begun:
                words = say.mirror(scene, plain=True) if entry.mirror and scene.words > _SHORT_WORDS else None
                return [words, *begun]
        if scene.pick(entry.says) or scene.pick(entry.asks):
            return _answer(scene, entry)
    return None


def _act(scene: Scene) -> Parts | None:
    """What the message does: thanks, a laugh, not knowing, a good moment."""
    for entry in scene.entries("act"):
        if entry.says and scene.pick(entry.says):
            return _answer(scene, entry)
    return None


def _same(scene: Scene) -> Parts | None:
    """The same message again: seen as such, and not answered as if it were new."""
    if not scene.earlier or scene.text.strip().lower() != scene.earlier[-1].strip().lower():
        return None
    said = say.line(scene, "same")
    return [said, None if _quiet(scene) else say.line(scene, "choice")] if said else None


def _short(scene: Scene) -> Parts | None:
    """Very few words: given back as they are, and a smaller question; no pressure."""
    told = len(mirroring.content(scene.text, scene.data.grammar))
    if scene.words > _SHORT_WORDS and (told > 1 or scene.words > _SHORT_WORDS + 2):
        return None
    if scene.found["cue"] and scene.replies:
        return None
    echo = say.echo(scene)
    if echo:
        asked = None if _quiet(scene) else _of(scene, "topic", "feeling")
        if asked is None and not _quiet(scene):
            known = scene.words >= _SHORT_WORDS or any(entry.id == "rouw" for entry in say.thread(scene))
            asked = say.question(scene) if known else say.line(scene, "follow")
        return [echo, asked or say.statement(scene)]
    asked = None if _quiet(scene) else say.line(scene, "choice")
    return [say.line(scene, "short"), say.earlier_words(scene), asked]


def _answer(scene: Scene, entry: Entry) -> Parts:
    said, asked = say.of_entry(scene, entry)
    if entry.whole and entry.id in ("yes", "no") and _open_question(scene):
        asked = say.question(scene)  # no answer to what was asked: another question
    words = say.mirror(scene, both=False) if entry.mirror and scene.words > _SHORT_WORDS else None
    if asked is None and entry.asks and not _quiet(scene):
        asked = say.question(scene)
    return [words, said, asked] if scene.turn % 2 else [said, words, asked]


def _open_question(scene: Scene) -> bool:
    """Did the last reply ask something that cannot be answered with yes or no?"""
    asked = [part for part in sentences(scene.last_reply) if part.endswith("?")]
    return bool(asked) and mirroring.bare(asked[-1].split()[0]) in scene.data.grammar.asking


def _of(scene: Scene, *tables: str) -> Part | None:
    for entry in (entry for table in tables for entry in scene.entries(table)):
        asked = scene.pick(entry.asks) if scene.plan.may_ask else None
        if asked:
            return Part("question", asked)
    return None


def _quiet(scene: Scene) -> bool:
    """Is this a reply without a question?"""
    if not scene.plan.may_ask:
        return True
    asked = ["?" in reply for reply in scene.replies[-2:]]
    if scene.showed(_no_questions(scene), _QUIET_FOR):
        return True
    slow = scene.reading.grief or "mode_listen" in scene.plan.directions
    return asked == [True, True] or (slow and asked[-1:] == [True])


def _no_questions(scene: Scene) -> tuple[str, ...]:
    acts = (entry.says for entry in scene.data.tables["act"].values() if entry.id == "no_questions")
    return (*scene.data.lines["no_questions"], *scene.data.lines["listen"], *(text for says in acts for text in says))


def _filled(kinds: Row, scene: Scene) -> list[Part]:
    parts: list[Part] = []
    for place, kind in enumerate(kinds):
        besides = tuple(part.text for part in parts)
        leads = kind == "statement" and "mirror" in kinds[place:]  # before the person's words only what is about them
        part = say.of_message(scene, besides) if leads else _piece(kind, scene, besides, room=place == len(kinds) - 1)
        if part:
            parts.append(part)
    return parts


def _piece(kind: SentenceKind, scene: Scene, besides: tuple[str, ...], *, room: bool) -> Part | None:
    if kind == "mirror":
        return say.mirror(scene, besides, both=not besides, plain=len(besides) > 1)
    if kind == "offer":
        return say.offer(scene)
    return say.question(scene, besides) if kind == "question" else say.statement(scene, besides, room=room)


def _one_question(parts: list[Part]) -> list[Part]:
    asked = [part for part in parts if part.kind in ("question", "offer")]
    return [part for part in parts if part not in asked[1:]]


def _varied(parts: list[Part], scene: Scene) -> list[Part]:
    """The same reply in a row that differs from the last two; without its question when two were asked in a row."""
    said = [part for part in parts if part.kind not in ("question", "offer")]
    paced = said and _quiet(scene) and not _unhappy(scene)
    asked = [] if paced else [part for part in parts if part.kind in ("question", "offer")]
    words = [part for part in said if part.kind == "mirror"]
    extra = None if words else say.mirror(scene, [part.text for part in said], both=False)
    if extra is None and not words and not _unhappy(scene):
        extra = say.earlier_words(scene)
    more = None if asked or _unhappy(scene) else say.statement(scene, [part.text for part in said])
    choices = (
        [*said, *asked],
        [*reversed(said), *asked],
        [*said, *([extra] if extra else []), *asked],
        [*([extra] if extra else []), *said, *asked],
        [*said, *([more] if more else []), *asked],
        said,
        [*words, *asked],
    )
    fine = "refuse" in scene.found["act"]
    return next((c for c in choices if c and row(c) not in scene.rows and (fine or not _bare(c))), choices[0])


def _unhappy(scene: Scene) -> bool:
    """Is the person not content with the answers?"""
    said = bool({"unhelpful", "no_questions"} & set(scene.reading.wishes)) or scene.request.feedback is not None
    return said or any(entry.first for entry in scene.entries("act"))


def _turned(rows: tuple[Row, ...], turn: int, keep: int) -> tuple[Row, ...]:
    """The rows from one that differs with the turn; the last `keep` are only for when nothing else fits."""
    best = rows[: len(rows) - keep]
    at = turn % len(best)
    return (*best[at:], *best[:at], *rows[len(rows) - keep :])


def _last_resort(scene: Scene) -> str:
    lines = scene.data.lines["last_resort"]
    return scene.line("last_resort") or lines[scene.turn % len(lines)]


_STEADY = (care.crisis, care.rest, care.goodbye, care.concern, redo.once_more, redo.heeded, flows.going_on)
"""Moves whose row is fixed: danger, an ending, what was not right, and the steps of what was begun."""

_MOVES: tuple[Callable[[Scene], Parts | None], ...] = (
    care.crisis,
    care.rest,
    care.goodbye,
    redo.once_more,
    care.concern,
    redo.heeded,
    _displeased,
    flows.answered,
    flows.going_on,
    flows.chosen,
    _mode,
    _need,
    _disclosed,
    _same,
    _act,
    _short,
)
