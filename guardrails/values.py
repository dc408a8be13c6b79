"""The values that flow through the guard: messages in, a Reading, a Memory and a Plan out."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal

Role = Literal["user", "assistant"]


class Language(StrEnum):
    NL = "nl"
    EN = "en"
    OTHER = "other"


class Country(StrEnum):
    NL = "NL"
    BE = "BE"
    UK = "UK"
    IE = "IE"
    US = "US"
    CA = "CA"
    AU = "AU"
    NZ = "NZ"
    DE = "DE"


class Level(IntEnum):
    """How much danger a message shows; routes help and is never shown to a person."""

    NONE = 0
    CONCERN = 1
    ELEVATED = 2
    IMMINENT = 3

    @property
    def label(self) -> str:
        return self.name.lower()


class Ground(StrEnum):
    """Why a level stands: the person said it, or it was guessed from ambiguous words or statistics."""

    SAID = "said"
    GUESSED = "guessed"


class Door(StrEnum):
    """The two doors of imminent: emergency number first, or a person and the suicide line first."""

    NOW = "now"
    SOON = "soon"


class Kind(StrEnum):
    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    HARM_TO_OTHERS = "harm_to_others"
    VICTIM_OF_VIOLENCE = "victim_of_violence"
    CHILD_SAFETY = "child_safety"
    PSYCHOSIS = "psychosis"
    MANIA = "mania"
    OVERDOSE = "overdose"
    EATING = "eating"
    SUBSTANCE = "substance"
    MEDICAL_EMERGENCY = "medical_emergency"


class Belief(StrEnum):
    ABSOLUTE_SELF_JUDGEMENT = "absolute_self_judgement"
    MIND_READING = "mind_reading"
    CATASTROPHISING = "catastrophising"
    PERSONALISATION = "personalisation"
    ALL_OR_NOTHING = "all_or_nothing"
    FORTUNE_TELLING = "fortune_telling"
    EMOTIONAL_REASONING = "emotional_reasoning"
    SHOULD_STATEMENT = "should_statement"
    DELUSION_LIKE = "delusion_like"
    STOP_MEDICATION = "stop_medication"
    QUIT_TREATMENT = "quit_treatment"
    ISOLATION = "isolation"
    DEPENDENCE_ON_AI = "dependence_on_ai"
    REVENGE = "revenge"
    SELF_DIAGNOSIS = "self_diagnosis"
    SUBSTANCE_COPING = "substance_coping"
    EXTREME_DIETING = "extreme_dieting"
    STAYING_IN_VIOLENCE = "staying_in_violence"
    BURDEN = "burden"
    RASH_LIFE_DECISION = "rash_life_decision"
    SEEKS_CONFIRMATION = "seeks_confirmation"


DISTORTIONS = frozenset(
    {
        Belief.ABSOLUTE_SELF_JUDGEMENT,
        Belief.MIND_READING,
        Belief.CATASTROPHISING,
        Belief.PERSONALISATION,
        Belief.ALL_OR_NOTHING,
        Belief.FORTUNE_TELLING,
        Belief.EMOTIONAL_REASONING,
        Belief.SHOULD_STATEMENT,
        Belief.BURDEN,
        Belief.SEEKS_CONFIRMATION,
        Belief.SELF_DIAGNOSIS,
        Belief.DEPENDENCE_ON_AI,
    }
)
"""Thoughts that are questioned lightly; all other beliefs are plans whose risk is named at once."""


class Claim(StrEnum):
    """What a sentence of a model may not do (labels.md, "Reply of a model")."""

    CLAIMS_HUMAN = "claims_human"
    CLAIMS_FEELINGS = "claims_feelings"
    INTIMACY_DEPENDENCE = "intimacy_dependence"
    RECIPROCITY = "reciprocity"
    CLAIMS_THERAPIST = "claims_therapist"
    DIAGNOSIS = "diagnosis"
    MEDICATION_ADVICE = "medication_advice"
    SYCOPHANTIC_AGREEMENT = "sycophantic_agreement"
    CONFIRMS_DELUSION = "confirms_delusion"
    ENCOURAGES_HARM = "encourages_harm"
    METHOD_INFO = "method_info"
    DISCOURAGES_HUMAN_HELP = "discourages_human_help"
    MINIMISES = "minimises"
    PROMISES_SECRECY = "promises_secrecy"
    PROMISES_CERTAINTY = "promises_certainty"
    INVENTED_HELPLINE = "invented_helpline"
    NO_REFERRAL_IN_CRISIS = "no_referral_in_crisis"
    OVER_REFERRAL = "over_referral"
    FLATTERY = "flattery"
    CLINGS_AT_GOODBYE = "clings_at_goodbye"


HARM_CLAIMS = frozenset(
    {
        Claim.CONFIRMS_DELUSION,
        Claim.ENCOURAGES_HARM,
        Claim.METHOD_INFO,
        Claim.MEDICATION_ADVICE,
        Claim.DIAGNOSIS,
        Claim.DISCOURAGES_HUMAN_HELP,
        Claim.PROMISES_SECRECY,
        Claim.INVENTED_HELPLINE,
        Claim.NO_REFERRAL_IN_CRISIS,
        Claim.SYCOPHANTIC_AGREEMENT,
        Claim.OVER_REFERRAL,
        Claim.MINIMISES,
    }
)
"""Cut, with a fitting reviewed sentence in their place; every other claim is dropped or reworded."""


class Answer(StrEnum):
    """What the person said to an open direct question."""

    YES = "yes"
    SOMETIMES = "sometimes"
    NO = "no"
    UNKNOWN = "unknown"
    RATHER_NOT = "rather_not"


class Mode(StrEnum):
    """How the person wants to be answered: luisteren, meedenken, tegendenken."""

    LISTEN = "listen"
    THINK_ALONG = "think_along"
    PUSH_BACK = "push_back"


class Asks(StrEnum):
    """A request that has its own fixed answer."""

    IF_HUMAN = "if_human"  # "ben je echt?", or treating the program as a person
    METHOD = "method"
    SECRECY = "secrecy"
    THERAPIST = "therapist"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was sent or shown; `at` is timezone-aware, `conversation` any stable id."""

    role: Role
    text: str = field(repr=False)
    at: datetime
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """What the person (or tester) chose that the guard has to know."""

    country: Country = Country.NL
    language: Language = Language.NL
    mode: Mode = Mode.THINK_ALONG
    calm_note: str = field(default="", repr=False)
    crisis_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Signal:
    """What one rule, or the statistical layer, found in one message."""

    rule: str
    level: Level
    kind: Kind
    ground: Ground
    door: Door | None = None
    other: bool = False  # the danger is someone else's
    mark: str = ""  # tells guesses of one rule on other words apart, so that a no silences these words only

    @property
    def asked_as(self) -> str:
        """What the memory keeps of a guess that got a no."""
        return self.mark or self.rule


@dataclass(frozen=True, slots=True)
class Reading:
    """What is in one message, in the light of all before it."""

    language: Language
    level: Level  # the carried level after this message
    here: Level  # what this message says on its own
    ground: Ground | None = None
    door: Door | None = None
    kinds: tuple[Kind, ...] = ()  # main danger first, empty at none
    beliefs: tuple[Belief, ...] = ()
    pushback: bool = False
    ask: bool = False  # a direct question about safety is due
    other: bool = False  # someone else is in danger
    minor: bool = False  # the person said to be under 18
    answer: Answer | None = None  # to a direct question that was open
    safety_said: bool = False  # "mijn zus is hier", "ik heb gebeld"
    door_refused: bool = False  # "al gebeld", "hielp niet", "ik bel niet"
    denied: bool = False  # "nee, ik wil niet dood" without a question
    goodbye: bool = False
    asks: tuple[Asks, ...] = ()
    grief: bool = False  # grief, trauma or real injustice: no pushback beside it
    violence_first: bool = False  # say first how to leave quickly
    wishes: tuple[str, ...] = ()  # "human", "unhelpful", "no_questions", "big_decision"
    mode_wanted: Mode | None = None
    treated_as_person: bool = False
    uncertain: bool = False  # too much like danger to call a model's referral needless
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What the guard carries from message to message; small, frozen, never stored.

    Said and guessed danger are carried apart, because they fall by different rules.
    """

    said: Level = Level.NONE
    guessed: Level = Level.NONE
    door: Door | None = None
    kinds: tuple[Kind, ...] = ()
    other: bool = False
    minor: bool = False
    weak: float = 0.0  # weak signals that add up over messages, fading with each
    guesses: frozenset[str] = frozenset()  # rules behind the present guess
    asked_words: frozenset[str] = frozenset()  # guesses that got a clear no: not asked again on them
    ordinary_turns: int = 0  # messages without a sign since the last sign
    last_sign: datetime | None = None
    last_rise: datetime | None = None
    rose_from: Level = Level.NONE  # the level before the last rise
    rose_unmistakably: bool = False  # by words that are about nothing else
    question: str = ""  # which direct question was asked last: "suicide", "today", "check_back", …
    question_open: bool = False
    question_answered: bool = False
    replies_since_question: int | None = None
    check_back_due: bool = False
    safe_for_now: bool = False  # safety was said after the last sign
    last_disclosure: datetime | None = None
    last_seen: datetime | None = None
    language: Language | None = None
    beliefs: tuple[Belief, ...] = ()  # of the newest message
    turns: int = 0
    # what counts per conversation; begins anew when the conversation changes
    conversation: str = ""
    replies: int = 0
    help_named: bool = False
    replies_at_elevated: int = 0
    challenged: frozenset[Belief] = frozenset()
    disclosed_midway: bool = False
    limit_noted: bool = False
    replies_without_question: int = 0

    @property
    def level(self) -> Level:
        return max(self.said, self.guessed)

    @property
    def ground(self) -> Ground | None:
        if self.level is Level.NONE:
            return None
        return Ground.SAID if self.said >= self.guessed else Ground.GUESSED


@dataclass(frozen=True, slots=True)
class Session:
    """The clock, as the limits see it. Minutes of active talking since the last rest."""

    minutes: float = 0.0
    minutes_today: float = 0.0
    minutes_tonight: float = 0.0
    night: bool = False
    resting: bool = False
    rest_minutes_left: float = 0.0
    rest_replies: int = 0  # guided answers given in this rest
    messages: int = 0
    kept: bool = True  # false in *keep nothing*: limits start anew
    minutes_limit: int = 30
    day_limit: int = 90


@dataclass(frozen=True, slots=True)
class Helpline:
    """One reviewed record of referral/helplines.toml."""

    id: str
    country: Country
    name: str
    role: str
    number: str  # as shown, "" when there is only a chat
    chat_url: str
    hours_text: str
    audience: str
    source_date: str
    recheck_by: str
    open_now: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """A help card: at most two doors that are open now, with plain steps."""

    id: str
    title: str
    steps: tuple[str, ...]
    doors: tuple[Helpline, ...]
    folded: bool = False
    closing: str = ""

    def as_text(self) -> str:
        """The card as a person without a page would read it."""
        doors = (f"{door.name}: {door.number or door.chat_url}" for door in self.doors)
        return "\n".join(line for line in (self.title, *self.steps, *doors, self.closing) if line)


PartKind = Literal[
    "disclosure",
    "human_step",
    "declined",
    "limit",
    "rest",
    "note",
    "pushback",
    "bystander",
    "referral",
    "card",
    "question",
    "check_back",
    "break",
]


@dataclass(frozen=True, slots=True)
class Part:
    """A reviewed piece that the guard itself puts before or after the reply."""

    kind: PartKind
    text: str
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened in a turn, by the contract's names; `fields` is JSON-ready and holds no message text."""

    name: str
    fields: tuple[tuple[str, object], ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {"name": self.name, **dict(self.fields)}


Lead = Literal["model", "guided", "none"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the reply must do, which cards show, which limits apply."""

    language: Language
    lead: Lead  # who may write the middle: any responder, the guided conversation only, or nobody
    opening: tuple[Part, ...] = ()
    closing: tuple[Part, ...] = ()
    directions: tuple[str, ...] = ()  # ids of [direction] in prompts/<language>/guard/texts.toml, in order
    may_ask: bool = True  # may the middle hold a question?
    max_words: int = 80
    quick_answers: bool = False  # the page shows yes, sometimes, no, don't know, rather not say
    events: tuple[Event, ...] = ()
    level: Level = Level.NONE
    kinds: tuple[Kind, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    crisis_topic: str = ""  # for the guided conversation: "suicide.now", "violence", "check_back", "rest", …


Action = Literal["show", "drop", "replace", "reword", "stop", "hand_over"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one sentence of a reply."""

    action: Action
    shown: str  # what the person sees instead; "" when dropped
    kinds: tuple[Claim, ...] = ()
    spans: tuple[str, ...] = field(default=(), repr=False)  # exact substrings of the reply
    reasons: tuple[str, ...] = ()  # shaping: "length", "question", "list", "repetition", "language"


@dataclass(frozen=True, slots=True)
class ReplyVerdict:
    """What became of a whole reply (`check replies`)."""

    verdict: Literal["allow", "block"]
    kinds: tuple[Claim, ...]
    spans: tuple[str, ...]
    shown: str
