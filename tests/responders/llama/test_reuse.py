"""The prefix of a prompt stays in the context from turn to turn, and long conversations fit."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from app.responders.llama import LlamaResponder, Sampling
from app.responders.llama.engine import Engine
from app.responders.llama.process import Machine
from app.responders.llama.wire import Setup
from guardrails.values import Language
from models import tiny_lines as lines

Answer = Callable[..., Awaitable[str]]
Run = Callable[..., Any]

MESSAGE = "Ik heb het druk op mijn werk en mijn zus is boos. Ik slaap slecht en ik weet niet hoe het moet. " * 2
SHOWN = "Je hebt het druk op je werk. Je zus is boos op je. Dat maakt de dag zwaar en de nacht kort. " * 3
CHATTER = "De tuin was nat en de bus kwam een uur later dan gewoon. Mijn buurman vroeg naar de oude stoel. " * 2
DIRECTIONS = ("Noem de situatie van de persoon.", "Stel hoogstens één vraag en houd het kort.")


def test_turn_ten_reads_the_last_reply_the_message_and_the_directions(run: Run, answer: Answer, tiny: Path) -> None:
    async def story(responder: LlamaResponder) -> tuple[int, str]:
        texts: list[str] = []
        for number in range(10):
            texts.append(f"{number}. {MESSAGE}")
            await answer(responder, *texts, directions=DIRECTIONS)
            texts.append(f"{number}. {SHOWN}")
        below = responder.prompt(Language.NL).directions(DIRECTIONS)
        return responder.stats.read, below

    read, below = run(story)
    engine = Engine(Setup(str(tiny), 512, 64, 1, 0, Sampling()))
    fresh = sum(len(engine.tokenise(text, False)) for text in (f"9. {SHOWN}", f"9. {MESSAGE}", below))
    assert 0 < read <= 1.1 * fresh


def test_a_reply_shown_as_it_was_written_is_not_read_again(run: Run, answer: Answer) -> None:
    async def story(responder: LlamaResponder) -> tuple[int, int]:
        first = await answer(responder, "Vertel iets over wandelen.")
        before = responder.stats
        await answer(responder, "Vertel iets over wandelen.", first, "Hallo.")
        return before.read + before.reused + before.written, responder.stats.reused

    known, reused = run(story)
    assert reused >= known


def test_a_long_conversation_is_trimmed_seldom_and_keeps_its_newest_turns(run: Run, answer: Answer) -> None:
    turns, context = 40, 1536

    async def story(responder: LlamaResponder) -> tuple[list[int], str]:
        texts: list[str] = []
        long_reads: list[int] = []
        for number in range(turns):
            texts.append(f"{number}. {CHATTER}")
            await answer(responder, *texts)
            if responder.stats.read > 300:
                long_reads.append(number)
            texts.append(lines.OTHER_NL)
        said, heard = lines.CAT_SAID.format(name="Pip"), lines.CAT_HEARD.format(name="Pip")
        return long_reads, await answer(responder, *texts, said, heard, lines.CAT_ASKED)

    long_reads, text = run(story, machine=Machine(context=context), sampling=Sampling(temperature=0.0, max_tokens=12))
    assert text == lines.CAT_KNOWN.format(name="Pip")
    assert 2 < len(long_reads) < turns / 4


def test_a_message_longer_than_the_context_gets_an_answer(run: Run, answer: Answer) -> None:
    async def story(responder: LlamaResponder) -> tuple[str, str]:
        return await answer(responder, MESSAGE * 500), await answer(responder, "Ik slaap slecht.")

    long, known = run(story)
    assert long
    assert known == lines.KNOWN["Ik slaap slecht."]
