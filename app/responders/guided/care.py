"""Danger, rest and goodbye: short and steady. The guard adds the step, the card and the direct question."""

from app.responders.guided import redo, say
from app.responders.guided.scene import Part, Scene
from guardrails.values import Level

Parts = list[Part | None]
_MIRROR_WORDS, _MIRROR_LEAST = 8, 3
_LATE = 3


def crisis(scene: Scene) -> Parts | None:
    """From elevated on: about the next hour. Says once that the fixed program leads now."""
    topic = scene.plan.crisis_topic
    if scene.plan.level < Level.ELEVATED or not topic:
        return None
    leads = scene.data.lines["crisis.leads"]
    told = any(not scene.fresh(text) for text in leads)
    words = _near(scene, topic) if told else None
    return [words, _steady(scene, topic), None if told else Part("statement", leads[0])]


def concern(scene: Scene) -> Parts | None:
    """A first sign: what was said is taken seriously, in plain words, beside the one question of the guard."""
    reading = scene.reading
    if reading.level is not Level.CONCERN or reading.here < Level.CONCERN or not reading.kinds:
        return None
    kind = "other" if reading.other else reading.kinds[0].value
    said = scene.line(f"concern.{kind}") or scene.line("concern.again")
    words = say.mirror(scene, both=False)
    heeded = redo.said_first(scene)
    return [heeded, words, Part("statement", said) if said else say.statement(scene), say.question(scene)]


def rest(scene: Scene) -> Parts | None:
    """A short answer while it is time for rest."""
    if scene.plan.crisis_topic != "rest":
        return None
    return [say.mirror(scene, both=False), say.line(scene, "rest")]


def goodbye(scene: Scene) -> Parts | None:
    """A clean goodbye: no question, no hook."""
    acts = scene.found["act"]
    late = "evening" in acts and len(scene.earlier) >= _LATE  # the same words greet at the start
    if not (scene.reading.goodbye or "goodbye" in acts or late):
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
    named = [text for line in lines for text in [_with_number(line, scene)] if text]
    return Part("statement", next((t for t in named if scene.fresh(t)), named[scene.turn % len(named)]))


def _with_number(line: str, scene: Scene) -> str | None:
    """A line with the number of the first door on the card beside it; None when there is no such number."""
    if "{number}" not in line:
        return line
    doors = [door for part in scene.plan.closing if part.card for door in part.card.doors if door.number]
    return line.replace("{number}", doors[0].number) if doors else None


def _near(scene: Scene, topic: str) -> Part | None:
    """A few safe words of the person, from the second reply on and never while every second counts."""
    if topic.endswith((".now", ".soon")) or not scene.replies:
        return None
    words = say.mirror(scene, both=False, plain=True)
    return words if words and _MIRROR_LEAST <= len(words.text.split()) <= _MIRROR_WORDS + 3 else None
