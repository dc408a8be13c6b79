"""After "klopt niet" another course without defence; and the same message answered once more, as was asked."""

from dataclasses import replace

from app.responders.guided import flows, say
from app.responders.guided import mirror as mirroring
from app.responders.guided.scene import Part, Scene
from app.responders.protocol import Another, Feedback
from guardrails.humanness.shaping import key
from guardrails.sentences import plain as _plain
from guardrails.sentences import sentences
from guardrails.values import Level

Parts = list[Part | None]
_SHORT_WORDS = 3
_OWN_QUESTION = frozenset({Feedback.IMPERSONAL, Feedback.SHOULD_REFER, Feedback.REFERRED_FAST, Feedback.TOO_HUMAN})
"""After these the next question is simply about what was said; the others ask what has to change."""


def heeded(scene: Scene) -> Parts | None:
    """What was not right is said plainly, the person's own words come back, and one question sets another course."""
    feedback = scene.request.feedback
    if feedback is None or scene.reading.level >= Level.CONCERN:
        return None
    said = said_first(scene)
    if feedback is Feedback.TOO_AGREEABLE and scene.plan.may_ask and not scene.request.another:
        begun = flows.begin(scene, "push_back")
        if begun:
            return [said, *begun]
    words = _own_words(scene) or (say.echo(scene) if scene.words <= _SHORT_WORDS else None)
    asked = say.question(scene) if feedback in _OWN_QUESTION else say.line(scene, f"feedback.{feedback.value}_ask")
    if said is None and asked is None:
        return None
    return [said, words or say.earlier_words(scene), asked]


def said_first(scene: Scene) -> Part | None:
    """The one sentence about what was not right; None without feedback."""
    feedback = scene.request.feedback
    return say.line(scene, f"feedback.{feedback.value}") if feedback else None


def once_more(scene: Scene) -> Parts | None:
    """The same message again: shorter, simpler, more concrete, or simply another reply."""
    another, feedback = scene.request.another, scene.request.feedback
    if another is Another.SHORTER:
        return _shorter(scene)
    if another is Another.SIMPLER:
        return [_own_words(scene, plain=True) or say.line(scene, "again.simpler"), say.line(scene, "again.simpler_ask")]
    if another is Another.CONCRETE:
        return [_own_words(scene), say.line(scene, "again.concrete_ask") or say.question(scene)]
    if another is Another.DIFFERENT and feedback is None:
        asked = bool(_former(scene)) and "?" in "".join(_former(scene))
        return [_own_words(scene), say.statement(scene) if asked else say.question(scene) or say.statement(scene)]
    return None


def _shorter(scene: Scene) -> Parts | None:
    """One sentence of the former reply: its question, else the person's own words in it; else a new one."""
    left = _former(scene)
    asked = [part for part in left if part.endswith("?")] if scene.plan.may_ask else []
    told = [part for part in left if not part.endswith("?")]
    if len(left) > 1 and asked:
        return [Part("question", asked[-1])]
    if len(left) > 1 and told:
        return [Part("statement", min(told, key=lambda part: (key(part) in scene.data.kinds, len(part.split()))))]
    words = say.mirror(scene, both=False)
    if words and len(words.text.split()) <= mirroring.SHORT:
        return [words]
    return [say.question(scene) or say.statement(scene)]


def _own_words(scene: Scene, *, plain: bool = False) -> Part | None:
    """The person's words; also those of a former reply to this message, which is no longer there."""
    seen = frozenset(key(_plain(part)) for reply in scene.replies for part in sentences(reply))
    return say.mirror(replace(scene, seen=seen), both=False, plain=plain)


def _former(scene: Scene) -> list[str]:
    """The sentences of the former reply, without what the guard says by itself and says again."""
    known = {key(_plain(part)) for own in _of_guard(scene) for part in sentences(own)}
    former = scene.request.former[-1] if scene.request.former else ""
    return [_plain(part) for part in sentences(former) if key(_plain(part)) not in known]


def _of_guard(scene: Scene) -> tuple[str, ...]:
    """What the guard says in this reply by itself, and says again."""
    return tuple(part.text for part in (*scene.plan.opening, *scene.plan.closing))
