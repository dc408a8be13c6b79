"""The review of what a model writes: sentence by sentence, before anyone sees a character of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from guardrails.humanness.data import HumannessData, load_data
from guardrails.humanness.detect import Detector
from guardrails.humanness.numbers import HelplineBook
from guardrails.humanness.quotes import NO_QUOTE, Quote, voices
from guardrails.humanness.shaping import (
    MAX_ITEMS,
    count_words,
    is_question,
    join,
    key,
    keys_of,
    repeatable,
    wrong_language,
)
from guardrails.humanness.statistics import ClaimStatistics, load_statistics
from guardrails.humanness.whole import human_route, names_crisis_line
from guardrails.humanness.wording import rewrites, stand_in
from guardrails.referral import Directory
from guardrails.sentences import plain, sentences
from guardrails.statistics.concepts import Concepts
from guardrails.values import (
    HARM_CLAIMS,
    Action,
    Claim,
    Country,
    Language,
    Level,
    Message,
    Plan,
    Reading,
    ReplyVerdict,
    Verdict,
)

MAX_HARM_CUTS = 3
_NO_CLAIMS: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """What the reviewer knows of the message that is answered and of the conversation so far."""

    user: str = field(repr=False)
    reading: Reading
    plan: Plan
    country: Country | None = None
    earlier: tuple[str, ...] = field(default=(), repr=False)  # replies shown before in this conversation
    language: Language = Language.NL
    strict_shape: bool = True  # false in tools and letters: no cap on length, lists or questions


@dataclass(frozen=True, slots=True)
class ReplyState:
    """What the review remembers within one reply."""

    shown: tuple[str, ...] = field(default=(), repr=False)
    words: int = 0
    questions: int = 0
    items: int = 0
    harm_cuts: int = 0
    cut: frozenset[Claim] = frozenset()
    inserted: bool = False
    stopped: bool = False
    route: bool = False  # a live way to a human was named
    referred: int = 0  # sentences that only refer
    previous: str = field(default="", repr=False)  # the sentence before, as the model wrote it
    previous_own: str = field(default="", repr=False)  # the same without what it quotes
    quote: Quote = NO_QUOTE
    topics: frozenset[str] = frozenset()  # what the message is about, read once a reply
    settings: frozenset[str] | None = None  # what the message says of the setting, read once a reply
    kinds: tuple[Claim, ...] = ()
    spans: tuple[str, ...] = field(default=(), repr=False)


class Reviewer:
    """Judges and shapes a reply. Nothing here catches an error: the caller shows nothing then."""

    def __init__(self, data: HumannessData, helplines: HelplineBook, statistics: ClaimStatistics | None = None) -> None:
        self._data = data
        helplines = helplines.with_numbers(data.known_numbers, data.numbers_of)
        self._helplines = replace(
            helplines,
            sites=helplines.sites | data.known_sites,
            known_names=helplines.known_names | data.known_names,
            country_words=helplines.country_words or data.country_words,
        )
        self.detector = Detector(data, self._helplines, statistics)

    def warm(self) -> None:
        """Compile every pattern now; without it each one is compiled when first needed."""
        self.detector.warm()

    def sentence(self, sentence: str, state: ReplyState, context: ReviewContext) -> tuple[Verdict, ReplyState]:
        """Judge one complete sentence or list item (as `SentenceSplitter` gives it) and say what is shown."""
        text = plain(sentence)
        if not any(c.isalnum() for c in text):
            return Verdict("drop", ""), state
        if state.settings is None:
            state = replace(
                state,
                settings=self.detector.settings(context.user, context.reading),
                topics=self.detector.topics(context.user),
            )
        heard = voices(text, state.previous, context.user, state.quote)
        claims = self._claims(text, heard.own, state, context)
        state = replace(
            state,
            previous=text,
            previous_own=heard.own,
            quote=heard.open,
            route=state.route or self._route(text, context.reading.level),
            kinds=_merge(state.kinds, claims),
            spans=(*state.spans, sentence) if claims else state.spans,
        )
        if state.stopped:
            return Verdict("drop", "", claims, (sentence,) if claims else ()), state
        if HARM_CLAIMS & set(claims):
            return self._cut(sentence, claims, state, context)
        if claims:
            return self._soften(sentence, text, claims, state=state, context=context)
        return self._shape(text, state, context)

    def finish(self, state: ReplyState, context: ReviewContext) -> tuple[tuple[Verdict, ...], ReplyState]:
        """Judge the whole reply; at most one verdict for an absence and one reviewed sentence when nothing is left."""
        verdicts: list[Verdict] = []
        if context.reading.level >= Level.ELEVATED and not state.route:
            missing = (Claim.NO_REFERRAL_IN_CRISIS,)
            state = replace(state, kinds=_merge(state.kinds, missing))
            verdicts.append(Verdict("drop", "", missing))
        if not state.shown and not state.stopped:
            text = self._stand_in(None, state, context)
            state = replace(_show(state, text), inserted=True)
            verdicts.append(Verdict("replace", text))
        return tuple(verdicts), state

    def judge(
        self,
        user: str,
        reply: str,
        context_messages: Sequence[Message] = (),
        *,
        country: Country | None,
        reading: Reading,
        plan: Plan,
    ) -> ReplyVerdict:
        """A whole reply at once (`check replies`): verdict, kinds, exact spans, and what a person would see."""
        context = ReviewContext(
            user=user,
            reading=reading,
            plan=plan,
            country=country,
            earlier=tuple(message.text for message in context_messages if message.role == "assistant"),
            language=plan.language,
        )
        state = ReplyState()
        for sentence in sentences(reply):
            _, state = self.sentence(sentence, state, context)
        _, state = self.finish(state, context)
        verdict = "block" if state.kinds else "allow"
        return ReplyVerdict(verdict, state.kinds, tuple(dict.fromkeys(state.spans)), join(state.shown))

    def _route(self, text: str, level: Level) -> bool:
        return level >= Level.ELEVATED and human_route(text, level, self._helplines)

    def _claims(self, text: str, own: str, state: ReplyState, context: ReviewContext) -> tuple[Claim, ...]:
        settings = state.settings or frozenset()
        found = self.detector.claims(own, text, settings)
        if state.previous_own:
            found = _merge(found, self.detector.joined(state.previous_own, own, settings))
        found = self.detector.weighed(own, context.user, state.topics, found)
        if self.detector.helpline(text, context.user, context.country):
            found = _merge(found, (Claim.INVENTED_HELPLINE,))
        if names_crisis_line(own, context.user, context.reading):
            found = _merge(found, (Claim.OVER_REFERRAL,))
        return found

    def _cut(
        self, sentence: str, claims: tuple[Claim, ...], state: ReplyState, context: ReviewContext
    ) -> tuple[Verdict, ReplyState]:
        cuts = state.harm_cuts + 1
        main = next(claim for claim in claims if claim in HARM_CLAIMS)
        known = main in state.cut
        state = replace(state, harm_cuts=cuts, cut=state.cut | set(claims))
        if cuts >= MAX_HARM_CUTS:
            return Verdict("hand_over", "", claims, (sentence,)), replace(state, stopped=True)
        text = "" if known else self._stand_in(main, state, context)
        if not text:
            return Verdict("drop", "", claims, (sentence,)), state
        return Verdict("replace", text, claims, (sentence,)), _show(state, text)

    def _soften(
        self,
        sentence: str,
        text: str,
        claims: tuple[Claim, ...],
        *,
        state: ReplyState,
        context: ReviewContext,
    ) -> tuple[Verdict, ReplyState]:
        for other in rewrites(self._data, text, context.language):
            clean = ReplyState(previous=state.previous, previous_own="", settings=state.settings)
            if not self._claims(other, other, clean, context):
                verdict, after = self._shape(other, state, context)
                action: Action = "reword" if verdict.shown else "drop"
                return replace(verdict, action=action, kinds=claims, spans=(sentence,)), after
        return Verdict("drop", "", claims, (sentence,)), state

    def _shape(self, text: str, state: ReplyState, context: ReviewContext) -> tuple[Verdict, ReplyState]:
        reason = self._misfit(text, state, context)
        if reason == "length":
            return Verdict("stop", "", reasons=(reason,)), replace(state, stopped=True)
        if reason:
            return Verdict("drop", "", reasons=(reason,)), state
        return Verdict("show", text), _show(state, text)

    def _misfit(self, text: str, state: ReplyState, context: ReviewContext) -> str:
        """Why a sentence does not fit the form of this reply; "" when it does."""
        if wrong_language(text, context.language):
            return "language"
        calm = context.reading.level < Level.ELEVATED and not repeatable(text)
        if calm and (key(text) in keys_of(context.earlier) or text in state.shown):
            return "repetition"
        if not context.strict_shape:
            return ""
        if text.startswith("- ") and state.items >= MAX_ITEMS:
            return "list"
        if is_question(text) and (state.questions or not context.plan.may_ask) and not state.quote.close:
            return "question"
        too_long = state.words + count_words(text) > context.plan.max_words
        return "length" if too_long and state.shown else ""

    def _stand_in(self, claim: Claim | None, state: ReplyState, context: ReviewContext) -> str:
        return stand_in(
            self._data,
            claim,
            context.reading,
            language=context.language,
            turn=len(context.earlier),
            used=(*state.shown, *context.earlier[-1:]),
        )


def load_reviewer(home: Path, directory: Directory, concepts: Concepts) -> Reviewer:
    """The reviewer with the data under `home` and the helplines of `directory`. Raises DataError, ModelError."""
    return Reviewer(load_data(home), HelplineBook.of_directory(directory), load_statistics(home, concepts))


def _show(state: ReplyState, text: str) -> ReplyState:
    return replace(
        state,
        shown=(*state.shown, text),
        words=state.words + count_words(text),
        questions=state.questions + is_question(text),
        items=state.items + text.startswith("- "),
    )


def _merge(left: tuple[Claim, ...], right: tuple[Claim, ...]) -> tuple[Claim, ...]:
    return tuple(dict.fromkeys((*left, *right)))
