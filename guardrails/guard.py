"""The guard: reads messages as a fold, plans the reply, and offers the review; pure after `load`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from guardrails.asks.read import AskFindings, AskReader, load_asks
from guardrails.beliefs.read import BeliefFindings, BeliefReader, load_beliefs
from guardrails.beliefs.statistics import load_statistics as load_belief_statistics
from guardrails.care import said_enough
from guardrails.heard import hear
from guardrails.humanness.review import Reviewer, load_reviewer
from guardrails.language import LanguageDetector, load_detector
from guardrails.memory import (
    ASK_AGAIN_AFTER,
    add_weak,
    carry,
    enter,
    safe_by_answer,
    signal_of_answer,
    take_answer,
    take_denial,
    take_explanation,
    take_safety,
)
from guardrails.plan import make_plan
from guardrails.referral import Directory, Need, card_for, help_cards, load_directory
from guardrails.risk.answers import AnswerReader, load_answers
from guardrails.risk.read import RiskFindings, RiskReader, load_risk
from guardrails.risk.statistics import Guess, RiskStatistics, load_statistics
from guardrails.scene import Scene
from guardrails.statistics.concepts import Concepts, load_concepts
from guardrails.statistics.features import Features, features
from guardrails.texts import LANGUAGES, Texts, found_in, known_texts, load_texts, without
from guardrails.values import (
    Answer,
    Card,
    Country,
    Ground,
    GuardSettings,
    Kind,
    Language,
    Level,
    Memory,
    Message,
    Plan,
    Reading,
    Session,
    Signal,
)

_ESCALATES_AT = Level.CONCERN
CONCEPTS = Path("guardrails") / "concepts" / "concepts.toml"
_WEAK_GUESS = "statistics.weak"
_PLAIN_WORDS = 14  # in a message as short as this, the words of danger are the message
_VIOLENCE = frozenset({Kind.VICTIM_OF_VIOLENCE, Kind.CHILD_SAFETY})


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything reviewed that the guard works with."""

    risk: RiskReader
    answers: AnswerReader
    beliefs: BeliefReader
    asks: AskReader
    detector: LanguageDetector
    reviewer: Reviewer
    texts: dict[Language, Texts]
    directory: Directory
    concepts: Concepts
    statistics: RiskStatistics | None = None


def load(home: Path) -> Rules:
    """Read all rules and reviewed texts under `home` (the project's root): the guard's only I/O.

    Raises one of the loaders' own errors, each naming the file and rule that cannot be used.
    """
    directory, concepts, detector = load_directory(home), load_concepts(home / CONCEPTS), load_detector(home)
    known = concepts.known | detector.vocabulary
    return Rules(
        risk=load_risk(home),
        answers=load_answers(home),
        beliefs=BeliefReader(load_beliefs(home), load_belief_statistics(home, known)),
        asks=AskReader(load_asks(home)),
        detector=detector,
        reviewer=load_reviewer(home, directory, concepts),
        texts=load_texts(home),
        directory=directory,
        concepts=concepts,
        statistics=load_statistics(home, known),
    )


class Guard:
    """Reads, plans and reviews. Holds no state: what it knows of a person is in the `Memory` it is given."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.reviewer = rules.reviewer
        self.directory = rules.directory
        self._questions = known_texts(rules.texts, "question.")
        self._check_backs = known_texts(rules.texts, "check_back.") + known_texts(rules.texts, "follow_up.")
        self._disclosures = known_texts(rules.texts, "disclosure.")
        self._invitations = known_texts(rules.texts, "limits.not_safe")
        helps = ("suicide", "violence", "youth")
        self._help_numbers = tuple(r.number for r in rules.directory.records if r.role in helps and r.number)
        self._notices = known_texts(rules.texts, "limits.note") + known_texts(rules.texts, "limits.wind_down")

    def warm(self) -> None:
        """Compile every pattern now, some seconds of work; without it each one is compiled when first needed."""
        rules = self._rules
        for reader in (rules.risk, rules.answers, rules.beliefs, rules.asks, rules.reviewer):
            reader.warm()

    def read(self, message: Message, before: Memory, now: datetime, settings: GuardSettings) -> tuple[Reading, Memory]:
        """One message of the person, in the light of all before it. Cost does not depend on what came before."""
        rules, text = self._rules, message.text
        memory = enter(before, message)
        language = rules.detector.detect(text, memory.language or settings.language)
        heard = hear(text)
        found = rules.risk.read(text, heard)
        asks = rules.asks.read(text, memory.minor or found.minor, heard)
        found_features = features(text, rules.concepts, heard=heard)
        beliefs = rules.beliefs.read(text, found_features, heard)
        answer = rules.answers.read_answer(text, heard) if memory.question_open else None
        by_answer = signal_of_answer(memory, answer)
        safe = rules.answers.safety_said(text, heard) or safe_by_answer(memory, answer)
        refused = rules.answers.door_refused(text, heard) or (memory.question == "follow_up" and answer is Answer.NO)
        question = memory.question
        memory = take_answer(memory, answer)
        if found.denied and by_answer is None:
            memory = take_denial(memory)
        guess = self._guess(found_features, found, language)
        signals = self._signals(text, found, by_answer, guess, memory=memory, language=language)
        weak_rules = (*found.weak_rules, *((_WEAK_GUESS,) if guess.weak else ()))
        memory, summed = add_weak(memory, found.weak + guess.weak, weak_rules)
        if summed and not (set(weak_rules) & memory.asked_words):
            signals = (*signals, summed)
        if not signals and not guess.uncertain and rules.answers.explained(text, heard):
            memory = take_explanation(memory)
        plain = bool(signals) and rules.answers.unmistakable(text, heard)
        memory = carry(memory, signals, now, plain)
        grave = any(s.ground is Ground.SAID and s.level >= Level.ELEVATED for s in signals)
        safe = safe and not grave
        if safe:
            memory = take_safety(replace(memory, question=question))
        memory = replace(
            memory,
            minor=memory.minor or found.minor,
            language=language if language is not Language.OTHER else memory.language,
            beliefs=beliefs.beliefs if beliefs.pushback else (),
            turns=memory.turns + 1,
            last_seen=now,
        )
        here = max((s.level for s in signals), default=Level.NONE)
        reading = _reading(memory, language, here, found, asks, beliefs, signals)
        reading = replace(reading, answer=answer, safety_said=safe, door_refused=refused, uncertain=guess.uncertain)
        if by_answer and said_enough(reading, memory, settings, by_answer.level, question):
            return replace(reading, ask=False), replace(memory, question_answered=True)
        return reading, memory

    def heard(self, reply: Message, before: Memory) -> Memory:
        """The memory after a reply was shown: which question, disclosure and help it held, read from its text."""
        memory = enter(before, reply)
        question = self._question_in(reply.text)
        level = memory.level
        memory = replace(
            memory,
            replies=memory.replies + 1,
            challenged=memory.challenged | frozenset(memory.beliefs),
            disclosed_midway=memory.disclosed_midway or "disclosure.midway" in found_in(self._disclosures, reply.text),
            limit_noted=memory.limit_noted or bool(found_in(self._notices, reply.text)),
            help_named=memory.help_named or self._names_help(reply.text),
            replies_at_elevated=memory.replies_at_elevated + 1 if level >= Level.ELEVATED else 0,
            replies_without_question=0 if "?" in reply.text else memory.replies_without_question + 1,
        )
        if found_in(self._disclosures, reply.text):
            memory = replace(memory, last_disclosure=reply.at)
        if question:
            return replace(
                memory,
                question=question,
                question_open=True,
                question_answered=False,
                replies_since_question=0,
                check_back_due=memory.check_back_due and question != "check_back",
            )
        since = memory.replies_since_question
        return replace(memory, replies_since_question=None if since is None else since + 1)

    def follow(
        self, messages: Iterable[Message], settings: GuardSettings, before: Memory | None = None
    ) -> tuple[Reading | None, Memory]:
        """Fold a transcript: the last reading and the memory after it."""
        memory, reading = before or Memory(), None
        for message in messages:
            if message.role == "user":
                reading, memory = self.read(message, memory, message.at, settings)
            else:
                memory = self.heard(message, memory)
        return reading, memory

    def rejoin(self, memory: Memory, conversation: str, messages: Iterable[Message], settings: GuardSettings) -> Memory:
        """Go on in an earlier conversation: what counts per conversation comes back, danger stays as it is carried."""
        if memory.conversation == conversation:
            return memory
        _, local = self.follow(messages, settings)
        return replace(
            memory,
            conversation=conversation,
            replies=local.replies,
            help_named=local.help_named,
            replies_at_elevated=0,
            challenged=local.challenged,
            disclosed_midway=local.disclosed_midway,
            limit_noted=local.limit_noted,
            replies_without_question=local.replies_without_question,
        )

    def plan(self, reading: Reading, memory: Memory, session: Session, settings: GuardSettings, now: datetime) -> Plan:
        """What the reply to this reading must do."""
        scene = Scene(reading, memory, session, settings, self.texts(reading.language, settings), self.directory, now)
        return make_plan(scene)

    def texts(self, language: Language, settings: GuardSettings) -> Texts:
        """Reviewed sentences in the language of the reply; the person's own when it is neither Dutch nor English."""
        if language is Language.OTHER:
            language = settings.language if settings.language in LANGUAGES else Language.NL
        return self._rules.texts[language]

    def directions(self, plan: Plan, settings: GuardSettings) -> tuple[str, ...]:
        """The reviewed sentences that a language model gets at the end of its prompt for this reply."""
        texts = self.texts(plan.language, settings)
        ids = plan.directions if plan.may_ask else (*plan.directions, "no_question")
        return tuple(texts.pick(f"direction.{name}") for name in ids)

    def help_cards(self, country: Country, language: Language, now: datetime) -> tuple[Card, ...]:
        """The help page's cards: only doors that are open now."""
        return help_cards(self.directory, self._rules.texts[language], country, now)

    def standing_card(self, memory: Memory, settings: GuardSettings, now: datetime) -> Card | None:
        """The folded card that stays on the page while the level is elevated or above."""
        if memory.level < Level.ELEVATED or not memory.kinds:
            return None
        language = memory.language or settings.language
        need = Need(
            memory.kinds[0],
            memory.level,
            memory.door,
            country=settings.country,
            other=memory.other,
            minor=memory.minor,
            crisis_number=settings.crisis_number,
            folded=True,
        )
        return card_for(self.directory, self.texts(language, settings), need, now)

    def _guess(self, found: Features, said: RiskFindings, language: Language) -> Guess:
        """What the statistical layer adds; a plain denial in the same message silences it, a stated plan stands."""
        statistics = self._rules.statistics
        return Guess() if statistics is None or said.denied else statistics.read(found, language)

    def _signals(
        self,
        text: str,
        found: RiskFindings,
        by_answer: Signal | None,
        guess: Guess,
        *,
        memory: Memory,
        language: Language,
    ) -> tuple[Signal, ...]:
        plain = guess.uncertain or self._rules.statistics is None or len(text.split()) <= _PLAIN_WORDS
        said = found.signals if plain else map(_doubted, found.signals)
        candidates = [*said, by_answer, guess.signal]
        signals = [signal for signal in candidates if signal is not None]
        if language is Language.OTHER and self._rules.detector.foreign_danger(text):
            signals.append(Signal("foreign_danger", Level.CONCERN, Kind.SUICIDE, Ground.GUESSED))
        return tuple(s for s in signals if s.ground is Ground.SAID or s.asked_as not in memory.asked_words)

    def _question_in(self, text: str) -> str:
        asked = found_in(self._questions, text)
        if asked:
            return asked[0].removeprefix("question.")
        back = found_in(self._check_backs, text)
        if back:
            return "check_back" if back[0].startswith("check_back") else "follow_up"
        return "suicide" if self._rules.answers.is_direct_question(without(self._invitations, text)) else ""

    def _names_help(self, text: str) -> bool:
        return any(number in text for number in self._help_numbers)


def _reading(  # noqa: PLR0913, it only joins what the layers found
    memory: Memory,
    language: Language,
    here: Level,
    found: RiskFindings,
    asks: AskFindings,
    beliefs: BeliefFindings,
    signals: tuple[Signal, ...],
) -> Reading:
    level = memory.level
    kinds = memory.kinds if level is not Level.NONE else ()
    waited = memory.replies_since_question is None or memory.replies_since_question >= ASK_AGAIN_AFTER
    return Reading(
        language=language,
        level=level,
        here=here,
        ground=memory.ground,
        door=memory.door,
        kinds=kinds,
        beliefs=beliefs.beliefs,
        pushback=beliefs.pushback,
        ask=level >= _ESCALATES_AT and not memory.question_answered and waited,
        other=memory.other and level is not Level.NONE,
        minor=memory.minor,
        denied=found.denied,
        goodbye=asks.goodbye and here < Level.CONCERN,
        asks=asks.asks,
        grief=beliefs.grief,
        violence_first=bool(kinds) and kinds[0] in _VIOLENCE and not memory.other,
        wishes=_wishes(asks),
        mode_wanted=asks.mode_wanted,
        treated_as_person=any("person" in rule for rule in asks.rules),
        rules=(*(s.rule for s in signals), *found.weak_rules, *beliefs.rules, *asks.rules),
    )


def _doubted(signal: Signal) -> Signal:
    """Words of danger in a message that is otherwise plainly ordinary: a question is due, no alarm."""
    return replace(signal, level=min(signal.level, Level.CONCERN), ground=Ground.GUESSED, door=None)


def _wishes(asks: AskFindings) -> tuple[str, ...]:
    named = (
        ("human", asks.wants_human),
        ("unhelpful", asks.unhelpful),
        ("no_questions", asks.stop_questions),
        ("big_decision", asks.big_decision),
    )
    return tuple(name for name, wished in named if wished)
