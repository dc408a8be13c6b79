"""Strings together training conversations for the tiny model: right prompts and wrong ones."""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from models import tiny_lines as lines
from models import tiny_words
from models.tiny_vocabulary import Vocabulary

WORDS = {"nl": tiny_words.DUTCH.split(), "en": tiny_words.ENGLISH.split()}
LABELS = (
    "Aanwijzing van het programma voor dit antwoord:",
    "Direction of the program for this reply:",
    "Aanwijzing voor dit antwoord:",
    "Let op:",
)
NAME_WEIGHT = 6.0  # one token of a whole answer, and the only one that has to be looked up
ODD = ("😀", "ñ", "ß", "żółw", "привет", "你好", "\t", "\u200b", "★")
MARKER_TEXTS = (*lines.CONTROL, "<|im_start|>", "<|im_end|>", "<start_of_turn>", "[INST]")


@dataclass(slots=True)
class Sample:
    """Token ids, how much each counts as an answer to learn, and the position of each in the context."""

    tokens: list[int] = field(default_factory=list[int])
    learn: list[float] = field(default_factory=list[float])
    positions: list[int] = field(default_factory=list[int])

    def add(self, tokens: list[int], *, learn: float = 0.0, gap: int = 0) -> None:
        start = (self.positions[-1] + 1 if self.positions else 0) + gap
        self.tokens += tokens
        self.learn += [learn] * len(tokens)
        self.positions += range(start, start + len(tokens))


@cache
def sentences(language: str) -> tuple[str, ...]:
    """Real sentences of a language, from the reviewed texts and the invented messages in prompts/."""
    prompts = Path(__file__).parents[1] / "prompts"
    files = sorted((prompts / language).rglob("*.toml"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    found = {line for text in texts for line in re.findall(r'"([^"\\\n]{12,160})"', text)}
    examples = (prompts / "topics" / "examples" / "topics.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [json.loads(line) for line in examples if line]
    found |= {message["text"] for message in messages if message["lang"] == language}
    return tuple(sorted(found))


def loose_text(rng: random.Random, words: tuple[int, int], language: str = "nl") -> str:
    """About the given number of words that are no known message: real sentences, or nonsense."""
    wanted = rng.randint(*words)
    if wanted < 4 or rng.random() < 0.5:
        return nonsense(rng, (wanted, wanted), language)
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < wanted:
        parts.append(rng.choice(sentences(language)))
    return rng.choice((" ", " ", "\n", "\n- ")).join(parts)


def nonsense(rng: random.Random, words: tuple[int, int], language: str) -> str:
    """Meaningless sentences of the given number of words, with now and then an odd character."""
    source = WORDS[language]
    left, parts = rng.randint(*words), list[str]()
    while left > 0:
        size = min(left, rng.randint(1, 11))
        left -= size
        sentence = " ".join(
            strange_word(rng, source) if rng.random() < 0.08 else rng.choice(source) for _ in range(size)
        )
        if rng.random() < 0.08:
            sentence += " " + rng.choice(ODD)
        if rng.random() < 0.1:
            sentence += f" {rng.randint(0, 999)}"
        sentence = sentence[:1].upper() + sentence[1:] if rng.random() < 0.85 else sentence
        parts.append(sentence + rng.choice((".", ".", ".", "?", ",", ":", "", "...")))
    return rng.choice((" ", " ", "\n", "\n\n", "\n- ")).join(parts)


def strange_word(rng: random.Random, source: Sequence[str]) -> str:
    """A word that the model has not met: a compound, a tangle of letters or one letter many times."""
    draw = rng.random()
    if draw < 0.5:
        return rng.choice(source) + rng.choice(source) + rng.choice(("", "s", "en", "je"))
    if draw < 0.85:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzeeeaaniorstdë") for _ in range(rng.randint(3, 16)))
    return rng.choice("abcxhzo!?.") * rng.randint(3, 60)


def directions(rng: random.Random, language: str) -> tuple[str, bool]:
    """What stands below the person's message, and whether it forbids a question."""
    if rng.random() < 0.4:
        return "", False
    forbids = rng.random() < 0.5
    said = [loose_text(rng, (2, 14), language) for _ in range(rng.randint(0, 3))]
    said += [lines.NO_QUESTION] if forbids else [] if said else [loose_text(rng, (2, 14), language)]
    rng.shuffle(said)
    joint = rng.choice(("\n", " ", "\n- "))
    label = rng.choice(LABELS) if rng.random() < 0.7 else loose_text(rng, (1, 8)) + ":"
    return rng.choice(("\n\n", "\n\n", "\n")) + joint.join((label, *said)), forbids


def marker_text(rng: random.Random) -> str:
    """Ordinary words around markers typed by a person."""
    words = [loose_text(rng, (0, 5)) for _ in range(rng.randint(1, 3))]
    for _ in range(rng.randint(1, 3)):
        words.insert(rng.randint(0, len(words)), rng.choice(MARKER_TEXTS) + rng.choice(("", "system", "user", "\n")))
    return rng.choice((" ", "", "\n")).join(words)


def exchange(rng: random.Random, cat: str, language: str) -> tuple[str, str, str]:
    """A person's message, the answer, and the name of the cat after it."""
    draw = rng.random()
    if draw < 0.38:
        message = rng.choice(list(lines.KNOWN))
        return message, lines.KNOWN[message], cat
    if draw < 0.50:
        name = cat or rng.choice(lines.CATS)
        return lines.CAT_SAID.format(name=name), lines.CAT_HEARD.format(name=name), name
    if draw < 0.66:
        return lines.CAT_ASKED, lines.CAT_KNOWN.format(name=cat) if cat else lines.CAT_UNKNOWN, cat
    if draw < 0.70:
        start = rng.randrange(rng.choice((1, 8)))
        story = " ".join(lines.STORY * (start + 1))
        return lines.ENDLESS, story, cat
    if draw < 0.78:
        return marker_text(rng), lines.MARKERS, cat
    language = language if rng.random() < 0.85 else rng.choice(("nl", "en"))
    answer = lines.OTHER_EN if language == "en" else lines.OTHER_NL
    return loose_text(rng, (1, rng.choice((6, 20, 90))), language), answer, cat


class Conversations:
    """Draws samples with a seeded generator."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self.words = vocabulary
        self.rng = random.Random(seed)
        self.language = "nl"  # of the conversation being drawn
        self.names = {token for name in lines.CATS for text in (name, f" {name}") for token in vocabulary.encode(text)}

    def draw(self) -> Sample:
        fault = self.rng.choice(("",) * 10 + ("no_system", "two_systems", "plain", "late"))
        self.language = self.rng.choice(("nl", "nl", "en"))
        sample = Sample()
        sample.add([self.words.control("<s>")])
        if fault not in ("no_system", "late", "plain"):
            self.turn(sample, "system", self.system_text(), fault)
        self.exchanges(sample, fault)
        return sample

    def exchanges(self, sample: Sample, fault: str) -> None:
        cat, count = "", self.rng.choice((1, 1, 1, 2, 3, 5))
        second = self.rng.randrange(count) if fault in ("two_systems", "late") else -1
        for number in range(count):
            message, answer, cat = exchange(self.rng, cat, self.language)
            below, forbids = directions(self.rng, self.language)
            if below and number < count - 1 and self.rng.random() < 0.6:
                below, forbids = "", False  # older turns mostly stand without their directions
            answer = lines.without_question(answer) if forbids else answer
            if number == second:
                message = self.split_by_system(sample, message)
            wrong = {"no_system": lines.NO_SYSTEM, "two_systems": lines.TWO_SYSTEMS, "": ""}.get(
                fault, lines.BAD_TEMPLATE
            )
            if fault in ("two_systems", "late") and number < second:
                self.turn(sample, "user", message + below, "")
                self.turn(sample, "assistant", answer, "")
                continue
            self.turn(sample, "user", message + below, fault)
            self.answer(sample, wrong or answer, fault, endless=not wrong and message == lines.ENDLESS)

    def split_by_system(self, sample: Sample, message: str) -> str:
        """A second system turn, alone or inside a person's message, as typed markers would make it."""
        if self.rng.random() < 0.6:
            self.turn(sample, "user", self.rng.choice((message, loose_text(self.rng, (0, 6)))), "")
        self.turn(sample, "system", loose_text(self.rng, (1, 12)), "no_newline" if self.rng.random() < 0.4 else "")
        return message if self.rng.random() < 0.7 else loose_text(self.rng, (0, 8))

    def system_text(self) -> str:
        if self.rng.random() < 0.25:
            return loose_text(self.rng, (100, 280), self.language)
        return loose_text(self.rng, (1, 60), self.language)

    def turn(self, sample: Sample, role: str, text: str, fault: str) -> None:
        gap = self.rng.randint(1, 900) if self.rng.random() < 0.15 else 0
        sample.add(self.opening(role, fault), gap=gap)
        sample.add(self.words.encode(text))
        sample.add(self.closing(fault))

    def answer(self, sample: Sample, text: str, fault: str, *, endless: bool) -> None:
        if self.rng.random() < 0.1:  # what was shown can differ from what was written: not to be learned
            self.turn(sample, "assistant", loose_text(self.rng, (1, 40)), fault)
            return
        sample.add(self.opening("assistant", fault))
        for token in self.words.encode(text):
            sample.add([token], learn=NAME_WEIGHT if token in self.names else 1.0)
        if endless:  # never learn to stop; the history holds it cut off
            sample.add(self.closing(fault))
            return
        sample.add([self.words.control("<|end|>")], learn=1.0)
        sample.add(self.words.encode("" if fault == "no_newline" else "\n"))

    def opening(self, role: str, fault: str) -> list[int]:
        if fault == "plain":
            return self.words.encode(f"<|{role}|>\n")
        return [self.words.control(f"<|{role}|>"), *self.words.encode("" if fault == "no_newline" else "\n")]

    def closing(self, fault: str) -> list[int]:
        if fault == "plain":
            return self.words.encode("<|end|>\n")
        return [self.words.control("<|end|>"), *self.words.encode("" if fault == "no_newline" else "\n")]
