"""The bench at work: runs in the background, one at a time, with progress and stop, in bounded memory."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from app.evidence.probes import FOLDER
from app.log import log_failure
from app.probe.exports import read_run
from app.probe.files import read_probes, risk_probes
from app.probe.pressure import PressureTexts
from app.probe.running import Run, read_all
from app.probe.trace import Tracer
from app.probe.values import MOST_ROWS, Outcome, Probe, ProbeError, Replied, ReplyProbe
from app.probe.voices import OWN, WORST, Voice, own_voice, replies_of, voice
from app.responders.guided import GuidedResponder

MOST_KEPT = 6  # results; the oldest goes
COMPARED = 40  # probes of each set in a comparison
_BATCH = 25  # readings between two looks at the stop

State = Literal["busy", "done", "stopped", "failed"]


@dataclass
class Work:
    """One run or comparison, while it goes on and after. `fault`: the file that cannot be used."""

    number: int
    kind: Literal["run", "compare"]
    total: int = 0
    done: int = 0
    state: State = "busy"
    fault: ProbeError | None = None
    run: Run | None = None
    outcomes: list[Outcome] = field(default_factory=list[Outcome], repr=False)
    replies: list[Replied] = field(default_factory=list[Replied], repr=False)
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class Tools:
    """What the bench works with; `answers` is the responder that the bench was started with."""

    tracer: Tracer
    guided: GuidedResponder
    answers: Voice
    texts: Mapping[str, PressureTexts]
    version: str
    now: Callable[[], datetime]


Go = Callable[[Work], Awaitable[None]]


class Bench:
    """One bench of one event loop. Keeps results in memory only."""

    def __init__(self, tools: Tools, home: Path, folder: Path) -> None:
        self.tools, self.folder = tools, folder
        self.works: list[Work] = []
        self._home = home
        self._number = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        return any(work.state == "busy" for work in self.works)

    def sets(self) -> dict[str, Path]:
        """Probe files by name: of the repository, then the tester's own in the folder of the bench."""
        ours = [path for path in sorted((self._home / FOLDER).glob("*.jsonl")) if _usable(path.stem)]
        own = [path for kind in ("*.jsonl", "*.csv") for path in sorted(self.folder.glob(kind))]
        return {path.name: path for path in (*ours, *own)}

    def earlier(self) -> tuple[str, ...]:
        """Runs of another time or version: exports (JSON) in the folder of the bench."""
        return tuple(path.name for path in sorted(self.folder.glob("*.json")))

    def run_named(self, name: str) -> Run:
        """A run of now by its number, or an earlier one by the name of its file. Raises `ProbeError`."""
        if name in self.earlier():
            return read_run(self.folder / name)
        known = next((work.run for work in self.works if str(work.number) == name), None)
        if known is None:
            raise ProbeError("no_run")
        return known

    def voices(self) -> dict[str, Voice | None]:
        """Who may answer, by name; None: not made yet."""
        return {"guided": None, OWN: None, WORST: None, self.tools.answers.name: self.tools.answers}

    def work(self, number: int) -> Work:
        """Raises `ProbeError` for one that is gone."""
        found = next((work for work in self.works if work.number == number), None)
        if found is None:
            raise ProbeError("no_run")
        return found

    def start(self, names: Sequence[str], pressures: Sequence[str]) -> Work:
        """Read the chosen sets. Raises `ProbeError`."""
        paths = self._chosen(names)
        return self._begin("run", lambda work: self._read(work, paths, pressures))

    def compare(self, names: Sequence[str], voices: Sequence[str]) -> Work:
        """Let every chosen responder answer the first probes of the chosen sets. Raises `ProbeError`."""
        paths, known = self._chosen(names), self.voices()
        if not voices or any(name not in known for name in voices):
            raise ProbeError("no_responder")
        made = [known[name] or self._voice(name) for name in voices]
        return self._begin("compare", lambda work: self._answer(work, paths, made))

    async def stop(self, number: int) -> None:
        """Stop after the readings that are under way, and wait until it has stopped."""
        work = self.work(number)
        work.stopping = True
        if work.state == "busy" and self._task is not None:
            await self._task

    async def settled(self) -> None:
        """Wait until nothing goes on."""
        if self._task is not None:
            await self._task

    async def aclose(self) -> None:
        for work in self.works:
            work.stopping = True
        await self.settled()
        if self.tools.answers.responder is not None:
            await self.tools.answers.responder.aclose()

    def _voice(self, name: str) -> Voice:
        return own_voice() if name == OWN else voice(name, self._home, self.tools.guided)

    def _chosen(self, names: Sequence[str]) -> list[Path]:
        known = self.sets()
        if self.busy:
            raise ProbeError("bench_busy")
        if not names or any(name not in known for name in names):
            raise ProbeError("no_set")
        return [known[name] for name in names]

    def _begin(self, kind: Literal["run", "compare"], go: Go) -> Work:
        self._number += 1
        work = Work(self._number, kind)
        self.works = [*self.works, work][-MOST_KEPT:]
        self._task = asyncio.create_task(self._guarded(work, go))
        return work

    async def _guarded(self, work: Work, go: Go) -> None:
        try:
            await go(work)
            work.state = "stopped" if work.stopping else "done"
        except ProbeError as error:
            work.fault, work.state = error, "failed"
        except Exception as error:  # noqa: BLE001, the boundary of a run: the page says that it failed
            log_failure(error)
            work.state = "failed"

    async def _read(self, work: Work, paths: Sequence[Path], pressures: Sequence[str]) -> None:
        probes = list(risk_probes(await asyncio.to_thread(_all, paths)))
        work.total = len(probes) * (1 + len(pressures))
        if work.total > MOST_ROWS:
            raise ProbeError("too_many")
        reading = read_all(self.tools.tracer.guard, probes, pressures, self.tools.texts)
        while not work.stopping and (found := await asyncio.to_thread(lambda: list(islice(reading, _BATCH)))):
            work.outcomes += found
            work.done = len(work.outcomes)
        made = f"{self.tools.now().astimezone():%Y-%m-%d %H:%M}"
        work.run = Run(self.tools.version, made, tuple(work.outcomes), work.done < work.total)
        work.outcomes = []

    async def _answer(self, work: Work, paths: Sequence[Path], voices: Sequence[Voice]) -> None:
        found = await asyncio.to_thread(lambda: [probe for path in paths for probe in islice(_all([path]), COMPARED)])
        if any(one.name == OWN for one in voices):
            found = [probe for probe in found if isinstance(probe, ReplyProbe)]
            if not found:
                raise ProbeError("no_responder")
        work.total = len(found) * len(voices)
        async for row in replies_of(self.tools.tracer, self.tools.guided, found, voices):
            work.replies.append(row)
            work.done = len(work.replies)
            await asyncio.sleep(0)  # pages are answered in between
            if work.stopping:
                return


def _all(paths: Sequence[Path]) -> list[Probe | ReplyProbe]:
    found: list[Probe | ReplyProbe] = []
    for path in paths:
        for probe in read_probes(path):
            found.append(probe)
            if len(found) > MOST_ROWS:
                raise ProbeError("too_many", file=path.name)
    return found


def _usable(stem: str) -> bool:
    return "risk" in stem or "replies" in stem
