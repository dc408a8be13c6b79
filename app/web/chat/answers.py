"""Short answers below the last reply, so that nobody needs a keyboard: reviewed data, up to three, none in a crisis.

They follow from what stands on the page: the last sentence of the reply, and what the person wrote. Whoever answers,
a language model or the guided conversation, the same rules hold.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.conversation.values import ConversationView
from app.web.words import LANGUAGES
from guardrails.humanness.shaping import is_question, key
from guardrails.normalise import normalise
from guardrails.phrases import PhraseBook, split_words
from guardrails.sentences import sentences
from guardrails.values import Language

_MOST = 3
_STOP_FROM = 3  # replies after which stopping is one of the answers
_LOOK_BACK = 6  # messages in which the subject is looked for


class AnswersError(Exception):
    """A file of short answers cannot be used; the message says which."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The short answers of one language."""

    fixed: Mapping[str, tuple[str, ...]]  # start, yes_or_no, offer, step, open, statement
    topics: Mapping[str, tuple[str, ...]]
    exact: Mapping[str, tuple[str, ...]]  # by the key of the sentence that asks
    offers: frozenset[str]  # keys of sentences that offer something
    steps: frozenset[str]  # keys of sentences that are a step of an exercise
    yes_or_no: frozenset[str]  # words with which such a question begins
    either_or: str  # what joins two choices in one question
    stop: str
    book: PhraseBook = field(repr=False)  # words of a subject, by its id

    def below(self, view: ConversationView) -> tuple[str, ...]:
        """Up to three answers that fit what stands last on the page; none beside worry, a card, a question or rest."""
        if not view.calm or view.quick_answers or view.card or view.session.resting:
            return ()
        if not view.messages:
            return self.fixed["start"]
        last, said = view.messages[-1], [_text(m.blocks) for m in view.messages if m.role == "user"]
        if last.role != "assistant" or any(form in ("box", "question") for form, _ in last.blocks):
            return ()
        sent = {key(text) for text in said}
        if key(self.stop) in sent:
            return ()
        shown = sentences(_text(block for block in last.blocks if block[0] == "text"))
        about = [text for text in self._about(said) if key(text) not in sent]
        found = self._fitting(shown, about)
        fresh = [a for a in found if key(a) not in sent or a in (*self.fixed["yes_or_no"], *self.fixed["offer"])]
        replies = sum(1 for m in view.messages if m.role == "assistant")
        if replies < _STOP_FROM or found is self.fixed["offer"]:
            return tuple(fresh[:_MOST])
        return (*fresh[: _MOST - 1], self.stop)

    def _fitting(self, shown: tuple[str, ...], about: list[str]) -> tuple[str, ...]:
        asked = [key(part) for part in shown]
        for part in reversed(asked[-2:]):
            if part in self.exact:
                return self.exact[part]
        if any(part in self.offers for part in asked):
            return self.fixed["offer"]
        if any(part in self.steps for part in asked):
            return self.fixed["step"]
        last = shown[-1] if shown else ""
        if not is_question(last):
            return (*about[:1], *self.fixed["statement"])
        if last.split()[0].strip("‘'\"").lower() in self.yes_or_no and self.either_or not in last:
            return self.fixed["yes_or_no"]
        return (*about, *self.fixed["open"])

    def _about(self, said: list[str]) -> tuple[str, ...]:
        """Answers of the newest subject there are answers for."""
        for text in reversed(said[-_LOOK_BACK:]):
            ids = {match.owner for match in self.book.find(split_words(normalise(text)))}
            if name := next((name for name in self.topics if name in ids), ""):
                return self.topics[name]
        return ()


def load_answers(home: Path) -> dict[Language, Answers]:
    """Read prompts/<language>/guided/answers.toml and what it goes with. Raises `AnswersError`."""
    return {language: _load(home / "prompts" / language.value / "guided", language) for language in LANGUAGES}


def _load(folder: Path, language: Language) -> Answers:
    try:
        data, lines, topics = (_read(folder / f"{name}.toml") for name in ("answers", "lines", "topics"))
        names = ("start", "yes_or_no", "offer", "step", "open", "statement")
        known = {row["id"]: row["words"] for row in topics["topic"] if row["id"] in data["topic"]}
        return Answers(
            fixed={name: tuple(data[name]) for name in names},
            topics={name: tuple(texts) for name, texts in data["topic"].items()},
            exact={key(row["asks"]): tuple(row["answers"]) for row in data["exact"]},
            offers=_keys(lines["offer"]),
            steps=_keys(lines["flow"]),
            yes_or_no=frozenset(data["asks_yes_or_no"]),
            either_or=data["either_or"],
            stop=data["stop"],
            book=PhraseBook([(name, pattern) for name, patterns in known.items() for pattern in patterns]),
        )
    except (OSError, KeyError, ValueError) as error:
        raise AnswersError(f"answers.toml for {language.value} cannot be used: {type(error).__name__}") from error


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _keys(table: Mapping[str, list[str]]) -> frozenset[str]:
    return frozenset(key(part) for texts in table.values() for text in texts for part in sentences(text))


def _text(blocks: Iterable[tuple[str, str]]) -> str:
    return "\n".join(text for _, text in blocks)
