"""The pieces of a reply: the person's own words, a statement, a question, an offer."""

from collections import Counter
from collections.abc import Iterable

from app.responders.guided import mirror as mirroring
from app.responders.guided.data import Entry
from app.responders.guided.scene import Part, Scene, about
from guardrails.sentences import sentences
from guardrails.values import Level

_BOTH_EVERY, _MANY = 3, 2
_OFFERS_FROM, _OFFER_PAUSE = 4, 7
_ARTICLES = frozenset({"een", "de", "het", "a", "an", "the"})
_FORMS = {"quoted": "quote", "thought": "quote_thought", "asked": "quote_question"}


def mirror(scene: Scene, besides: Iterable[str] = (), *, both: bool = True, plain: bool = False) -> Part | None:
    """The most telling words of the message given back; short clauses together now and then. `plain`: never quoted."""
    found = mirroring.mirrors(scene.text, scene.data.grammar, careful=scene.careful, doubted=scene.doubted)
    best = mirroring.unused(found, scene.fresh, " ".join(besides).lower())
    if best is None or (plain and best.form != "said"):
        return None
    if best.form != "said":
        return _quoted(scene, best)
    many = len(found) > _MANY or scene.turn % _BOTH_EVERY != 1
    second = _beside(best, found, scene) if both and many else None
    return Part("mirror", second or mirroring.sentence(best.text))


def statement(scene: Scene, besides: Iterable[str] = (), *, room: bool = True) -> Part | None:
    """A statement from what the message is about; else a general one that fits its weight, or `room` to go on."""
    own = of_message(scene, besides)
    if own:
        return own
    heavy = bool(scene.found["feeling"] or scene.reading.here or scene.data.grammar.weighs(scene.text))
    lines, general = scene.data.lines, scene.data.general.says
    if scene.doubted or scene.careful:
        choices = (lines["felt"], general)
    elif heavy:
        choices = (general, lines["felt"])
    else:
        choices = (lines["room"] if room else lines["light"], general)
    return _from(choices, "statement", scene, besides)


def of_message(scene: Scene, besides: Iterable[str] = ()) -> Part | None:
    """A statement that belongs to what the message is about, most special first."""
    return _from((entry.says for entry in special(scene, asking=False)[:-1]), "statement", scene, besides)


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
    for name in (name for entry in special(scene, asking=False)[:-1] for name in entry.offers):
        texts, steps = scene.data.lines[f"offer.{name}"], scene.data.lines.get(f"flow.{name}", ())
        if all(scene.fresh(text) for text in (*texts, *steps[:1])):
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


def special(scene: Scene, *, asking: bool = True) -> tuple[Entry, ...]:
    """What a statement or question may come from: the situation, the feeling or topic, the form, the conversation.

    A topic that is only touched on, while the conversation is about another, comes after the form of the message;
    the conversation's own topic is good for questions and not for statements, which would not fit what was said.
    """
    lasting = thread(scene)
    strong, weak = _topics(scene, lasting)
    feelings = scene.entries("feeling")
    close, broad = tuple(e for e in strong if not e.broad), tuple(e for e in strong if e.broad)
    named = (*feelings, *close) if scene.turn % 2 == 0 and not scene.reading.grief else (*close, *feelings)
    named = (*named, *broad)
    cues, shapes = scene.entries("cue"), scene.entries("shape")
    first = (*named, *cues) if scene.reading.grief or "rouw" in scene.found["topic"] else (*cues, *named)
    told = len(mirroring.content(scene.text, scene.data.grammar)) > 1
    if not asking:
        sure = tuple(entry for entry in first if not (entry.broad and scene.earlier))
        return (*sure, *shapes, scene.data.general)
    lasting = tuple(entry for entry in lasting if not entry.broad)
    rest = (*shapes, *weak, *lasting) if told else (*lasting, *shapes)
    return (*first, *rest, scene.data.general)


def _topics(scene: Scene, lasting: tuple[Entry, ...]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """The topics of the message: those it is really about, and those that are only touched on."""
    known = {entry.id for entry in lasting}
    topics = sorted(
        scene.entries("topic"), key=lambda entry: -(scene.about.often("topic", entry.id) + 2 * (entry.id in known))
    )
    strong = [e for e in topics if not known or e.id in known or scene.about.often("topic", e.id) > 1]
    return tuple(strong), tuple(entry for entry in topics if entry not in strong)


def earlier_words(scene: Scene) -> Part | None:
    """Something the person wrote before and that was not given back yet."""
    grammar = scene.data.grammar
    for text in reversed(scene.earlier[-6:]):
        found = mirroring.mirrors(text, grammar, careful=True, doubted=True)
        told = [m for m in found if m.form == "said" and len(m.text.split()) > mirroring.MIN_WORDS]
        best = mirroring.unused(told, scene.fresh)
        frame = scene.pick([mirroring.fill(f, best.text) for f in scene.data.lines["earlier"]]) if best else None
        if frame:
            return Part("mirror", frame)
    return None


def echo(scene: Scene) -> Part | None:
    """A very short message as it stands: "Wiskunde." """
    grammar = scene.data.grammar
    told = [mirroring.clean(part, grammar, 1) for part in sentences(scene.text) if not part.endswith("?")]
    said = ", ".join(part for part in told if mirroring.content(part, grammar))
    if not said or grammar.blocked(said) or grammar.begins(said) in ("asks", "told"):
        return None
    turned = None if grammar.is_thought(said) or grammar.begins(said) == "after" else grammar.shift(said)
    place, words = ("quote", said) if turned is None else ("echo", turned)
    frames = [mirroring.fill(frame, words) for frame in scene.data.lines[place]]
    text = scene.pick([mirroring.sentence(frame) for frame in frames] if place == "echo" else frames)
    return Part("mirror", text) if text else None


def _quoted(scene: Scene, found: mirroring.Mirror) -> Part | None:
    frames = [mirroring.fill(frame, found.text) for frame in scene.data.lines[_FORMS[found.form]]]
    text = scene.pick(frames)
    return Part("mirror", text) if text else None


def _beside(best: mirroring.Mirror, found: list[mirroring.Mirror], scene: Scene) -> str | None:
    """Two or three short clauses of one message together, in the order in which they were written."""
    if not _short(best):
        return None
    others = [other for other in found if other is not best and _short(other)][:2]
    if not others:
        return None
    both = [m.text for m in sorted((best, *others), key=lambda m: m.place)]
    opens = scene.data.grammar.opens
    if all(mirroring.bare(text.split()[0]) in opens and scene.data.grammar.has_verb(text) for text in both[1:]):
        rest = [_low(part) for part in both[1:]]
        last = scene.data.lines["both"][0].replace("{last}", rest[-1])
        text = mirroring.sentence(", ".join([both[0], *rest[:-1], last]))
    else:
        text = " ".join(mirroring.sentence(part) for part in both)
    return text if scene.fresh(text) else None


def _short(found: mirroring.Mirror) -> bool:
    words = found.text.split()
    bare_thing = len(words) == mirroring.MIN_WORDS and mirroring.bare(words[0]) in _ARTICLES
    return found.form == "said" and len(words) <= mirroring.SHORT and "," not in found.text and not bare_thing


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


def thread(scene: Scene) -> tuple[Entry, ...]:
    """The topics that the conversation was about before this message: what came back most, else what came last."""
    seen: Counter[str] = Counter()
    for text in scene.earlier[-8:]:
        seen.update(about(text, scene.data).ids["topic"])
    return tuple(scene.data.tables["topic"][name] for name, _ in seen.most_common(2))


def _offered_lately(scene: Scene) -> bool:
    places = (texts for place, texts in scene.data.lines.items() if place.startswith("offer."))
    return scene.showed((text for texts in places for text in texts), _OFFER_PAUSE)
