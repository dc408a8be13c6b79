"""The worker: one thread, in order, and finished even when nobody waits any more."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from app.vault import vault
from app.vault.errors import Closed
from app.vault.kdf import FLOOR
from app.vault.store import Store
from app.vault.worker import StoreWorker


def test_a_store_lives_its_whole_life_on_one_thread(tmp_path: Path, passphrase: str, at: datetime) -> None:
    async def life() -> int:
        async with StoreWorker() as worker:
            kept, _ = await worker.call(vault.create, tmp_path, passphrase, FLOOR)
            memory = await worker.call(Store.in_memory)
            await worker.call(memory.new_conversation, "een", at)
            await worker.call(lambda: kept.receive(memory.everything()))
            found = await worker.call(kept.conversations)
            await worker.call(kept.close)
            await worker.call(memory.close)
            return len(found)

    assert asyncio.run(life()) == 1


def test_calls_run_in_the_order_in_which_they_were_asked() -> None:
    async def ask() -> list[int]:
        done: list[int] = []
        async with StoreWorker() as worker:
            await asyncio.gather(*(worker.call(done.append, number) for number in range(200)))
        return done

    assert asyncio.run(ask()) == list(range(200))


def test_a_cancelled_call_is_finished_first_also_one_that_still_waits_its_turn() -> None:
    async def ask() -> list[str]:
        done: list[str] = []
        started, go = threading.Event(), threading.Event()

        def slow() -> None:
            started.set()
            go.wait()
            done.append("slow")

        async with StoreWorker() as worker:
            tasks = [
                asyncio.create_task(worker.call(slow)),
                asyncio.create_task(worker.call(done.append, "next")),
            ]
            await asyncio.to_thread(started.wait)
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0)
            assert not any(task.done() for task in tasks)
            go.set()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        return done

    assert asyncio.run(ask()) == ["slow", "next"]


def test_an_error_reaches_the_one_who_asked_and_the_next_call_runs() -> None:
    async def ask() -> int:
        async with StoreWorker() as worker:
            with pytest.raises(ZeroDivisionError):
                await worker.call(_divide, 0)
            return await worker.call(_divide, 2)

    assert asyncio.run(ask()) == 5


def test_an_error_behind_a_cancellation_is_its_cause() -> None:
    async def ask() -> BaseException | None:
        go = threading.Event()

        def fail() -> None:
            go.wait()
            raise Closed

        async with StoreWorker() as worker:
            task = asyncio.create_task(worker.call(fail))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.sleep(0)
            go.set()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
        return caught.value.__cause__

    assert isinstance(asyncio.run(ask()), Closed)


def test_a_closed_worker_says_that_it_is_locked() -> None:
    async def ask(call: Callable[[], int]) -> None:
        worker = StoreWorker()
        await worker.aclose()
        with pytest.raises(Closed):
            await worker.call(call)

    asyncio.run(ask(lambda: 1))


def _divide(by: int) -> int:
    return 10 // by
