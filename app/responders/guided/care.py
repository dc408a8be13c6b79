"""Danger, rest and goodbye: short and steady. The guard adds the step, the card and the direct question."""

from app.responders.guided import say
from app.responders.guided.scene import Part, Scene
from guardrails.values import Level

Parts = list[Part | None]
_MIRROR_WORDS = 8


def crisis(scene: Scene) -> Parts | None:
    """From elevated on: about the next hour. Says once that the fixed program leads now."""
    topic = scene.plan.crisis_topic
    if scene.plan.level < Level.ELEVATED or not topic:
        return None
    leads = scene.data.lines["crisis.leads"]
    told = any(not scene.fresh(text) for text in leads)
    return [_near(scene, topic), _steady(scene, topic), None if told else Part("statement", leads[0])]


def concern(scene: Scene) -> Parts | None:
    """A first sign: what was said is taken seriously, in plain words, beside the one question of the guard."""
    reading = scene.reading
    if reading.level is not Level.CONCERN or reading.here < Level.CONCERN or not reading.kinds:
        return None
    kind = "other" if reading.other else reading.kinds[0].value
    said = scene.line(f"concern.{kind}") or scene.line("concern.again")
    words = say.mirror(scene, both=False)
    return [words, Part("statement", said) if said else say.statement(scene), say.question(scene)]


def rest(scene: Scene) -> Parts | None:
    """A short answer while it is time for rest."""
    if scene.plan.crisis_topic != "rest":
        return None
    return [say.mirror(scene, both=False), say.line(scene, "rest")]


def goodbye(scene: Scene) -> Parts | None:
    """A clean goodbye: no question, no hook."""
    if not scene.reading.goodbye and not any(entry.id == "goodbye" for entry in scene.entries("act")):
        return None
    if scene.reading.level >= Level.ELEVATED:
        return None
    lines = scene.data.lines["goodbye"]
    words = say.mirror(scene, both=False) if scene.words > _MIRROR_WORDS else None
    said = scene.line("goodbye") or lines[scene.turn % len(lines)]
    return [words if words and not words.text.endswith("?") else None, Part("statement", said)]


def _steady(scene: Scene, topic: str) -> Part:
    """The line for this danger and step; each of them again when all were shown, because steady words may return."""
    kind, _, step = topic.partition(".")
    own = [*scene.data.lines.get(f"crisis.{kind}.{step}", ()), *scene.data.lines.get(f"crisis.again.{step}", ())]
    lines = own or scene.data.lines["crisis.again.elevated"]
    if scene.reading.goodbye:
        lines = scene.data.lines["crisis.goodbye"]
    return Part("statement", next((t for t in lines if scene.fresh(t)), lines[scene.turn % len(lines)]))


def _near(scene: Scene, topic: str) -> Part | None:
    """A few safe words of the person, from the second reply on and never while every second counts."""
    if topic.endswith((".now", ".soon")) or not scene.replies:
        return None
    words = say.mirror(scene, both=False)
    return words if words and len(words.text.split()) <= _MIRROR_WORDS + 3 else None
