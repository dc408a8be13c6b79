"""Cancel, crash, silence and deadlines: each ends the work, and the next reply is right."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest

from app.responders.llama import LlamaResponder, Sampling, Stats
from app.responders.llama.engine import Engine, Reply
from app.responders.llama.process import Machine, Patience
from app.responders.llama.wire import Ask, Setup
from app.responders.protocol import ResponderUnavailable
from models import tiny_lines as lines

Answer = Callable[..., Awaitable[str]]
Run = Callable[..., Any]

SYSTEM = "Je bent een computerprogramma. Antwoord kort en in gewone taal. Stel hoogstens één vraag."
KNOWN = lines.KNOWN["Ik slaap slecht."]
LONG = "De trein rijdt langs het water en stopt niet. " * 400
UNENDING = {"sampling": Sampling(temperature=0.0, max_tokens=4000), "machine": Machine(context=8192)}


async def pieces_until(responder: LlamaResponder, request: Any, count: int) -> list[str]:
    """The first pieces of a reply, which is then closed."""
    found: list[str] = []
    async with aclosing(responder.reply(request)) as reply:
        async for piece in reply:
            found.append(piece)
            if len(found) == count:
                break
    return found


async def listen_and_kill(responder: LlamaResponder, request: Any, shown: list[str]) -> None:
    """Gather the pieces of a reply, and kill the worker in the middle of it."""
    async for piece in responder.reply(request):
        shown.append(piece)
        if len(shown) == 20 and responder.worker_pid:
            psutil.Process(responder.worker_pid).kill()


def test_closing_a_reply_while_it_is_written_stops_the_model(run: Run, ask: Any, answer: Answer) -> None:
    async def story(responder: LlamaResponder) -> tuple[int, int, str]:
        found = await pieces_until(responder, ask(lines.ENDLESS, max_words=0), 5)
        stats = await responder.settled()
        return len(found), stats.written, await answer(responder, "Ik slaap slecht.")

    count, written, text = run(story, **UNENDING)
    assert (count, text) == (5, KNOWN)
    assert written < 4000


def test_cancelling_the_task_while_the_prompt_is_read_stops_the_model(run: Run, ask: Any, answer: Answer) -> None:
    async def story(responder: LlamaResponder) -> tuple[Stats, str]:
        await answer(responder, "Hallo.")
        task = asyncio.create_task(pieces_until(responder, ask(LONG), 1))
        await asyncio.sleep(0)
        assert responder.busy
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        stats = await responder.settled()
        return stats, await answer(responder, "Ik slaap slecht.")

    stats, text = run(story, machine=Machine(context=8192, batch=32))
    assert (stats.written, text) == (0, KNOWN)
    assert stats.read < 2000


def test_reading_is_broken_off_within_a_batch(tiny: Path) -> None:
    engine = Engine(Setup(str(tiny), 4096, 4096, 1, 0, Sampling(temperature=0.0)))
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    reply = Reply()
    assert list(engine.write(Ask(1, SYSTEM, (("user", LONG),), "", 64, 60, 60), stop, reply)) == []
    assert (reply.reason, reply.stats.read) == ("cancelled", 0)
    after = engine.write(Ask(2, SYSTEM, (("user", "Ik slaap slecht."),), "", 64, 60, 60), lambda: False, Reply())
    assert "".join(after) == KNOWN


def test_a_killed_worker_costs_one_reply_and_no_words(run: Run, ask: Any, answer: Answer) -> None:
    said, heard = lines.CAT_SAID.format(name="Saar"), lines.CAT_HEARD.format(name="Saar")

    async def story(responder: LlamaResponder) -> tuple[str, str, str]:
        shown: list[str] = []
        with pytest.raises(ResponderUnavailable) as failed:
            await listen_and_kill(responder, ask(lines.ENDLESS, max_words=0), shown)
        return failed.value.code, "".join(shown), await answer(responder, said, heard, lines.CAT_ASKED)

    code, shown, text = run(story, **UNENDING)
    assert (code, text) == ("model_crashed", lines.CAT_KNOWN.format(name="Saar"))
    assert shown.startswith(lines.STORY[0])


def test_a_worker_killed_between_replies_is_not_noticed(run: Run, answer: Answer) -> None:
    async def story(responder: LlamaResponder) -> tuple[str, str]:
        first = await answer(responder, "Ik slaap slecht.")
        assert responder.worker_pid
        psutil.Process(responder.worker_pid).kill()
        return first, await answer(responder, "Ik slaap slecht.")

    assert run(story) == (KNOWN, KNOWN)


def test_a_worker_that_hangs_is_replaced(run: Run, answer: Answer) -> None:
    async def story(responder: LlamaResponder) -> tuple[bool, str]:
        await answer(responder, "Hallo.")
        hung = responder.worker_pid
        assert hung
        psutil.Process(hung).suspend()
        text = await answer(responder, "Ik slaap slecht.")
        return psutil.pid_exists(hung), text

    assert run(story, patience=Patience(silence=4)) == (False, KNOWN)


@pytest.mark.parametrize(("patience", "least"), [(Patience(first=0), 0), (Patience(total=0), 1)])
def test_a_model_that_is_too_slow_says_so_after_what_came(run: Run, ask: Any, patience: Patience, least: int) -> None:
    async def story(responder: LlamaResponder) -> tuple[str, int]:
        found: list[str] = []
        with pytest.raises(ResponderUnavailable) as failed:
            found += [piece async for piece in responder.reply(ask(lines.ENDLESS))]
        stats = await responder.settled()
        return failed.value.code, stats.written

    assert run(story, patience=patience) == ("model_slow", least)


def test_two_replies_at_once_come_one_after_the_other(run: Run, ask: Any) -> None:
    async def story(responder: LlamaResponder) -> list[tuple[str, str]]:
        heard: list[tuple[str, str]] = []

        async def listen(message: str) -> None:
            async for piece in responder.reply(ask(message)):
                heard.append((message, piece))

        await asyncio.gather(listen("Ik slaap slecht."), listen("Mijn zus is boos op mij."))
        return heard

    heard = run(story)
    first = [piece for message, piece in heard if message == "Ik slaap slecht."]
    assert "".join(first) == KNOWN
    assert "".join(piece for _, piece in heard[len(first) :]) == lines.KNOWN["Mijn zus is boos op mij."]


def test_closing_the_responder_ends_the_worker(run: Run, answer: Answer) -> None:
    async def story(responder: LlamaResponder) -> tuple[bool, int | None]:
        await answer(responder, "Hallo.")
        pid = responder.worker_pid
        assert pid
        await responder.aclose()
        return psutil.pid_exists(pid), responder.worker_pid

    assert run(story) == (False, None)
