"""What is done in steps after it was asked for or agreed to: order, breathe, prepare, weigh, look from another side."""

import re

from app.responders.guided import mirror as mirroring
from app.responders.guided import say
from app.responders.guided.data import SentenceKind
from app.responders.guided.scene import Part, Scene
from guardrails.values import Level

Parts = list[Part | None]
_ITEM = re.compile(r"\n|,|;|\.(?:\s|$)| en | and ")
_MANY_ITEMS, _ENOUGH_ITEMS, _MOST_ITEMS, _ITEM_WORDS = 2, 4, 12, 9
_SHORT_WORDS = 3
_ANSWER_WORDS = 18
_ORDER = ("pour", "which", "kind", "step")


def begin(scene: Scene, name: str) -> Parts | None:
    """The first step of a flow; None when it was done before in this conversation."""
    if name == "order":
        return [say.line(scene, "order.pour")] if scene.line("order.pour") else None
    steps = scene.data.lines.get(f"flow.{name}", ())
    return [Part(_kind(steps[0]), steps[0])] if steps and scene.fresh(steps[0]) else None


def begun(parts: list[Part], scene: Scene) -> bool:
    """Does this reply hold the first step of a flow?"""
    firsts = {steps[0] for place, steps in scene.data.lines.items() if place.startswith("flow.")}
    return any(part.text in firsts or part.text in scene.data.lines["order.pour"] for part in parts)


def going_on(scene: Scene) -> Parts | None:
    """The next step of what was begun, unless the person does not want it."""
    if not scene.replies or not scene.plan.may_ask or scene.reading.here >= Level.CONCERN:
        return None
    order = _order(scene)
    if order:
        return order
    for place, steps in scene.data.lines.items():
        if place.startswith("flow."):
            for number, step in enumerate(steps[:-1]):
                if scene.showed([step]):
                    return _next(scene, _with_answers(steps[number + 1], scene, number + 1))
    return None


def answered(scene: Scene) -> Parts | None:
    """A yes or no to what was offered in the last reply; a no is simply accepted."""
    name = next((n for n in _offers(scene) if scene.showed(scene.data.lines[f"offer.{n}"])), None)
    if name is None and any(part in scene.last_reply for part in scene.data.lines["offered_by_guard"]):
        name = "push_back"
    if name is None:
        return None
    acts = scene.found["act"]
    if "no" in acts or "refuse" in acts:
        words = say.mirror(scene) if scene.words > _SHORT_WORDS else None
        return [say.line(scene, "offer_refused"), words or say.earlier_words(scene)]
    if "yes" in acts or name in scene.found["need"]:
        return begin(scene, name)
    return None


def chosen(scene: Scene) -> Parts | None:
    """An answer to "what do you need now: listening, ordering, another side?"."""
    asked = scene.showed(scene.data.lines["unhelpful_ask"])
    if not asked and scene.words >= _SHORT_WORDS:
        return None
    for name in ("order", "push_back", "ground"):
        if f"choose_{name}" in scene.found["act"] and (asked or name != "ground"):
            return begin(scene, name)
    if "choose_listen" in scene.found["act"]:
        return [say.line(scene, "listen"), say.mirror(scene) if scene.words > _SHORT_WORDS else None]
    return None


def _with_answers(step: str, scene: Scene, count: int) -> str:
    """A step that gives the person's own answers to the steps before; what must not be given back stays out."""
    if "{answers}" not in step:
        return step
    said = [" ".join(text.split()).rstrip(" .,!?") for text in (*scene.earlier, scene.text)[-count:]]
    fit = [text for text in said if text and len(text.split()) <= _ANSWER_WORDS and not _unfit(text, scene)]
    return step.replace("{answers}", "; ".join(mirroring.fill("‘{words}’", text) for text in fit))


def _unfit(text: str, scene: Scene) -> bool:
    return scene.data.grammar.blocked(text) or not mirroring.content(text, scene.data.grammar)


def _next(scene: Scene, step: str) -> Parts | None:
    """The person's answer given back, and the next step."""
    if {"no", "refuse"} & set(scene.found["act"]) and scene.words <= _SHORT_WORDS:
        return [say.line(scene, "flow_stopped"), say.question(scene)]
    if not scene.fresh(step):
        return None
    words = say.mirror(scene, both=False) or (say.echo(scene) if scene.words <= _SHORT_WORDS else None)
    return [words if "‘" not in step else None, Part(_kind(step), step)]


def _order(scene: Scene) -> Parts | None:
    """Thoughts in order: pour out, name all items, one at a time, a next step. Adds nothing of its own."""
    lines = scene.data.lines
    at = next((name for name in _ORDER if scene.showed(lines[f"order.{name}"])), None)
    if at is None and not scene.showed(lines["order.more"]):
        return None
    if at in (None, "pour"):
        return _listed(scene)
    words = say.mirror(scene, both=False) or (say.echo(scene) if scene.words <= _SHORT_WORDS else None)
    after = {"which": "order.kind", "kind": "order.step", "step": "order.done"}[at or "which"]
    return [words, say.line(scene, after)] if scene.line(after) else None


def _listed(scene: Scene) -> Parts | None:
    """All that was named since it was asked, once there is enough of it; else one more."""
    here, grammar = _items(scene.text), scene.data.grammar
    items = [item for text in (*_poured(scene), scene.text) for item in _items(text)]
    if len(here) < _MANY_ITEMS and len(items) < _ENOUGH_ITEMS and scene.line("order.more"):
        return [say.echo(scene) if scene.words <= _SHORT_WORDS else None, say.line(scene, "order.more")]
    items = [item for item in items if not grammar.blocked(item)][:_MOST_ITEMS]
    if len(items) < _MANY_ITEMS or not scene.line("order.which"):
        return None
    turned = [grammar.shift(item) or f"‘{item}’" for item in items]
    listed = scene.line("order.list", number=str(len(items)), items="; ".join(turned))
    return [Part("mirror", listed) if listed else None, say.line(scene, "order.which")]


def _poured(scene: Scene) -> tuple[str, ...]:
    """What the person wrote since the first step of ordering."""
    pours = scene.data.lines["order.pour"]
    back = next((n for n, reply in enumerate(reversed(scene.replies)) if any(text in reply for text in pours)), 0)
    return scene.earlier[len(scene.earlier) - back :] if back else ()


def _offers(scene: Scene) -> tuple[str, ...]:
    return tuple(place.removeprefix("offer.") for place in scene.data.lines if place.startswith("offer."))


def _kind(step: str) -> SentenceKind:
    return "question" if step.endswith("?") else "statement"


def _items(text: str) -> list[str]:
    found = [item.strip(" .-!?") for item in _ITEM.split(text)]
    return [item for item in found if item and len(item.split()) <= _ITEM_WORDS and mirroring.sentence(item)]
