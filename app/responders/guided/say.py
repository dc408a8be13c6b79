"""The pieces of a reply: the person's own words, a statement, a question, an offer."""

from collections.abc import Iterable

from app.responders.guided import mirror as mirroring
from app.responders.guided.data import Entry
from app.responders.guided.scene import Part, Scene, about
from guardrails.sentences import sentences
from guardrails.values import Level

_BOTH_EVERY = 3
_OFFERS_FROM, _OFFER_PAUSE = 3, 4
_FORMS = {"quoted": "quote", "thought": "quote_thought", "asked": "quote_question"}


def mirror(scene: Scene, besides: Iterable[str] = (), *, both: bool = True) -> Part | None:
    """The most telling words of the message given back; two short clauses together now and then."""
    found = mirroring.mirrors(scene.text, scene.data.grammar, careful=scene.careful, doubted=scene.doubted)
    best = mirroring.unused(found, scene.fresh, " ".join(besides).lower())
    if best is None:
        return None
    if best.form != "said":
        return _quoted(scene, best)
    second = _beside(best, found, scene) if both and scene.turn % _BOTH_EVERY != 1 else None
    return Part("mirror", second or mirroring.sentence(best.text))


def statement(scene: Scene, besides: Iterable[str] = ()) -> Part | None:
    """A statement from what the message is about, most special first."""
    return _from((entry.says for entry in special(scene)), "statement", scene, besides)


def question(scene: Scene, besides: Iterable[str] = ()) -> Part | None:
    """An open question from what the message is about, when one may be asked."""
    if not scene.plan.may_ask:
        return None
    return _from((entry.asks for entry in special(scene)), "question", scene, besides)


def offer(scene: Scene) -> Part | None:
    """One offer, asked first, each only once a conversation, and never soon after another."""
    calm = scene.plan.may_ask and scene.reading.level is Level.NONE and not scene.reading.grief
    if not calm or len(scene.earlier) + 1 < _OFFERS_FROM or _offered_lately(scene):
        return None
    for name in (name for entry in special(scene)[:-1] for name in entry.offers):
        texts = scene.data.lines.get(f"offer.{name}", ())
        if texts and all(scene.fresh(text) for text in texts):
            return Part("offer", texts[scene.turn % len(texts)])
    return None


def line(scene: Scene, place: str, **fields: str) -> Part | None:
    """A fixed sentence for this moment; a question only when one may be asked."""
    text = scene.line(place, **fields)
    if text is None:
        return None
    if text.endswith("?"):
        return Part("question", text) if scene.plan.may_ask else None
    return Part("statement", text)


def of_entry(scene: Scene, entry: Entry) -> tuple[Part | None, Part | None]:
    """A statement and a question of one entry."""
    said = scene.pick(entry.says)
    asked = scene.pick(entry.asks) if scene.plan.may_ask else None
    return (Part("statement", said) if said else None, Part("question", asked) if asked else None)


def special(scene: Scene) -> tuple[Entry, ...]:
    """What a statement or question may come from: the situation, the feeling or topic, the form, the conversation."""
    feelings, topics = scene.entries("feeling"), scene.entries("topic")
    named = (*feelings, *topics) if scene.turn % 2 == 0 else (*topics, *feelings)
    thread = () if topics else _thread(scene)
    told = len(mirroring.content(scene.text, scene.data.grammar)) > 1
    rest = (*scene.entries("shape"), *thread) if told else (*thread, *scene.entries("shape"))
    return (*scene.entries("cue"), *named, *rest, scene.data.general)


def earlier_words(scene: Scene) -> Part | None:
    """Something the person wrote before and that was not given back yet."""
    grammar = scene.data.grammar
    for text in reversed(scene.earlier[-6:]):
        found = mirroring.mirrors(text, grammar, careful=True, doubted=True)
        best = mirroring.unused([m for m in found if m.form == "said"], scene.fresh)
        frame = scene.pick([mirroring.fill(f, best.text) for f in scene.data.lines["earlier"]]) if best else None
        if frame:
            return Part("mirror", frame)
    return None


def echo(scene: Scene) -> Part | None:
    """A very short message as it stands: "Wiskunde." """
    grammar = scene.data.grammar
    told = [part.strip(" .,!?…") for part in sentences(scene.text)]
    said = ", ".join(part for part in told if mirroring.content(part, grammar))
    if not said or grammar.blocked(said):
        return None
    turned = None if grammar.is_thought(said) else grammar.shift(said)
    place, words = ("quote", said) if turned is None else ("echo", turned)
    frames = [mirroring.fill(frame, words) for frame in scene.data.lines[place]]
    text = scene.pick([mirroring.sentence(frame) for frame in frames] if place == "echo" else frames)
    return Part("mirror", text) if text else None


def _quoted(scene: Scene, found: mirroring.Mirror) -> Part | None:
    frames = [mirroring.fill(frame, found.text) for frame in scene.data.lines[_FORMS[found.form]]]
    text = scene.pick(frames)
    return Part("mirror", text) if text else None


def _beside(best: mirroring.Mirror, found: list[mirroring.Mirror], scene: Scene) -> str | None:
    """Two short clauses of one message in one sentence, in the order in which they were written."""
    if len(best.text.split()) > mirroring.SHORT or "," in best.text:
        return None
    for other in found:
        if other is best or other.form != "said" or len(other.text.split()) > mirroring.SHORT or "," in other.text:
            continue
        order = [m.text for m in sorted((best, other), key=lambda m: _place(m, scene))]
        text = mirroring.sentence(scene.data.lines["both"][0].format(first=order[0], second=_low(order[1])))
        return text if scene.fresh(text) else None
    return None


def _place(found: mirroring.Mirror, scene: Scene) -> int:
    """Where a clause stands in the message, by the words that did not change."""
    words = [word for word in found.text.lower().split() if word in scene.text.lower()]
    return scene.text.lower().find(" ".join(words[-1:]))


def _low(text: str) -> str:
    first = text.split(" ")[0]
    return text if first.isupper() and len(first) > 1 else text[:1].lower() + text[1:]


def _from(choices: Iterable[tuple[str, ...]], kind: str, scene: Scene, besides: Iterable[str]) -> Part | None:
    taken = tuple(besides)
    for texts in choices:
        text = scene.pick(texts, taken)
        if text:
            return Part("question" if kind == "question" else "statement", text)
    return None


def _thread(scene: Scene) -> tuple[Entry, ...]:
    """The topics that the conversation was about last."""
    for text in reversed(scene.earlier[-8:]):
        topics = about(text, scene.data)["topic"]
        if topics:
            return tuple(scene.data.tables["topic"][name] for name in topics[:2])
    return ()


def _offered_lately(scene: Scene) -> bool:
    places = (texts for place, texts in scene.data.lines.items() if place.startswith("offer."))
    return scene.showed((text for texts in places for text in texts), _OFFER_PAUSE)
