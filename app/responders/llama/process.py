"""The language model as a responder: one child process, one reply at a time, restarted after a crash."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from app.responders.llama.child import Child
from app.responders.llama.prompt import SystemPrompt, load_system_prompt
from app.responders.llama.wire import (
    Ask,
    Beat,
    Cancel,
    Finished,
    Piece,
    Ready,
    Report,
    Sampling,
    Setup,
    Stats,
    Warm,
)
from app.responders.protocol import Request, ResponderUnavailable
from guardrails.values import Language

GRACE_SECONDS = 3.0
CODES = {"slow_start": "model_slow", "slow": "model_slow", "failed": "model_broken"}


@dataclass(frozen=True, slots=True)
class Machine:
    """How the model is loaded. `context` and `batch` in tokens; `threads` 0: llama.cpp chooses."""

    context: int = 4096
    batch: int = 256
    threads: int = 0
    gpu_layers: int = 0


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: for loading, for the first piece, for a whole reply, and without any sign of life."""

    load: float = 180.0
    first: float = 180.0
    total: float = 300.0
    silence: float = 15.0


class LlamaResponder:
    """Implements Responder. Belongs to one event loop; replies wait for one another.

    The worker starts with the first reply (or with `warm`) and again after a crash. Each request carries the
    whole shown conversation, so a new worker goes on where the old one was.
    `benchmark_grammar` (GBNF) forces what is written; it exists for benchmarks, no request can set it.
    """

    name = "llama"

    def __init__(
        self,
        model: Path,
        *,
        home: Path,
        sampling: Sampling | None = None,
        machine: Machine | None = None,
        patience: Patience | None = None,
        benchmark_grammar: str = "",
    ) -> None:
        """`home` is the folder that holds prompts/. Raises PromptError when a system prompt is missing."""
        self._model = model
        self._sampling = sampling or Sampling()
        self._machine = machine or Machine()
        self._patience = patience or Patience()
        self._grammar = benchmark_grammar
        self._prompts = {language: load_system_prompt(home, language) for language in Language}
        self._turn = asyncio.Lock()  # one context: a second reply waits
        self._child: Child | None = None
        self._jobs = 0
        self.stats = Stats()  # of the newest reply that came to its end, or was stopped and has settled

    @property
    def worker_pid(self) -> int | None:
        """Process id of the running worker, None without one."""
        return self._child.pid if self._child and self._child.alive else None

    @property
    def busy(self) -> bool:
        """Whether the worker reads or writes, or still has to stop."""
        return self._child is not None and self._child.open_job is not None

    @property
    def model(self) -> Path:
        return self._model

    def prompt(self, language: Language) -> SystemPrompt:
        """The system prompt in use for a language."""
        return self._prompts[language]

    async def reply(self, request: Request) -> AsyncGenerator[str, None]:
        """Pieces of the answer as written; closing it stops the work. Raises ResponderUnavailable."""
        async with self._turn:
            ask = self._ask(request)
            child = await self._begin(ask)
            last = time.monotonic() + self._patience.total + GRACE_SECONDS
            try:
                while child.open_job == ask.id:
                    report = await self._hear(child, last)
                    if isinstance(report, Piece) and report.id == ask.id:
                        yield report.text
                    elif isinstance(report, Finished):
                        self._settle(child, report)
            finally:
                if child.open_job == ask.id:
                    child.send(Cancel(ask.id))

    async def warm(self, language: Language) -> None:
        """Start the worker and let it read the system prompt ahead. Raises ResponderUnavailable."""
        async with self._turn:
            self._jobs += 1
            job = Warm(self._jobs, self._prompts[language].text)
            child = await self._begin(job)
            try:
                await self._drain(child)
            except asyncio.CancelledError:
                child.send(Cancel(job.id))
                raise

    async def settled(self) -> Stats:
        """Wait until the worker has nothing to do any more; what the newest reply took."""
        async with self._turn:
            if self._child is not None:
                await self._drain(self._child)
        return self.stats

    async def aclose(self) -> None:
        """Kill the worker. A later reply starts a new one."""
        if (child := self._child) is not None:
            self._child = None
            await asyncio.to_thread(child.kill)

    def _ask(self, request: Request) -> Ask:
        self._jobs += 1
        prompt = self._prompts[request.plan.language]
        return Ask(
            id=self._jobs,
            system=prompt.text,
            messages=tuple((message.role, message.text) for message in request.messages),
            directions=prompt.directions(request.directions),
            max_tokens=self._sampling.limit(request.plan.max_words),
            first_seconds=self._patience.first,
            total_seconds=self._patience.total,
            labels=(prompt.said_label, prompt.given_label),
        )

    async def _begin(self, job: Ask | Warm) -> Child:
        """Give a job to a worker that takes it: one that died or hung since the last job is replaced."""
        child = await self._ready_child()
        try:
            return await self._hand_over(child, job)
        except ResponderUnavailable:
            return await self._hand_over(await self._ready_child(), job)

    async def _hand_over(self, child: Child, job: Ask | Warm) -> Child:
        child.open_job = job.id
        child.send(job)
        try:
            await self._hear(child, time.monotonic() + self._patience.first)  # a worker that begins beats
        except asyncio.CancelledError:
            child.send(Cancel(job.id))
            raise
        return child

    async def _ready_child(self) -> Child:
        """A loaded worker with nothing to do: the running one, or a new one."""
        if (child := self._child) is not None:
            if child.alive and child.loop is asyncio.get_running_loop():
                with suppress(ResponderUnavailable):  # what befell the job before is not this reply's
                    await self._drain(child)
            else:
                await self.aclose()
        if self._child is None:
            self._child = Child(self._setup())
        child = self._child
        if not child.ready:
            await self._load(child)
        return child

    def _setup(self) -> Setup:
        if not self._model.is_file() or find_spec("llama_cpp") is None:
            raise ResponderUnavailable("model_missing")
        machine = self._machine
        return Setup(
            model=str(self._model.resolve()),
            context=machine.context,
            batch=machine.batch,
            threads=machine.threads,
            gpu_layers=machine.gpu_layers,
            sampling=self._sampling,
            grammar=self._grammar,
        )

    async def _load(self, child: Child) -> None:
        """Wait for the model to be loaded. Whatever goes wrong here lies in the file."""
        last = time.monotonic() + self._patience.load
        report: Report = Beat()
        while isinstance(report, Beat):
            report = await self._hear(child, last, gone="model_broken")
        if not isinstance(report, Ready):
            await self._give_up(child, "model_broken")
        child.ready = True

    async def _drain(self, child: Child) -> None:
        """Wait for the end of a job, a cancelled one above all: two never share the context."""
        last = time.monotonic() + self._patience.first + GRACE_SECONDS
        while child.open_job is not None:
            report = await self._hear(child, last)
            if isinstance(report, Finished) and report.id == child.open_job:
                child.open_job = None
                self.stats = report.stats

    async def _hear(self, child: Child, last: float, *, gone: str = "model_crashed") -> Report:
        """The next report. A worker that is gone, silent or past `last` is ended: ResponderUnavailable."""
        try:
            report = await child.report(self._patience.silence)
        except TimeoutError:
            report = None
        if report is None:
            await self._give_up(child, gone)
        if time.monotonic() > last:
            await self._give_up(child, "model_slow")
        return report

    async def _give_up(self, child: Child, code: str) -> NoReturn:
        child.open_job = None
        if self._child is child:
            self._child = None
        await asyncio.to_thread(child.kill)
        raise ResponderUnavailable(code)

    def _settle(self, child: Child, report: Finished) -> None:
        """Note the end of a job; raises ResponderUnavailable when it ended badly."""
        if report.id != child.open_job:
            return
        child.open_job = None
        self.stats = report.stats
        if report.reason in CODES:
            raise ResponderUnavailable(CODES[report.reason])
