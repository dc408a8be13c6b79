"""One serving process: hardened first, listening second, ready third, and closed in every case."""

import asyncio
import os
import re
import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.commands.saying import CommandError, complain, say
from app.commands.serving.again import POSSIBLE, Handed, become
from app.commands.serving.answering import Answering, Switch, model_keeper, who_answers
from app.commands.serving.browser import Redirect, has_display, remove_leftovers
from app.commands.serving.handed_pages import pages_at_once
from app.commands.serving.keeping import FolderDoor
from app.commands.serving.launcher import Launcher
from app.commands.serving.listener import in_container, listen
from app.commands.serving.meanwhile import Meanwhile
from app.commands.serving.runfile import RunFile, ServeLock, take
from app.commands.serving.server import Server
from app.conversation.clock import SystemClock
from app.conversation.desk import Desk
from app.factory import Program, create_app
from app.hardening import Hardening, harden
from app.hardening.linux import internet_refused, refuse_internet
from app.log import Event, log_event, log_failure, log_loop_failures, quiet_libraries
from app.models.keeper import ModelKeeper
from app.protections import crypto_versions, files_below, open_for_writing
from app.settings import Settings, plain, settings_again
from app.vault.errors import InUse, VaultError
from app.vault.files import make_folder
from app.web.pages import Outside
from app.web.privacy.measured import Measured
from app.web.security.asked import COOKIES
from app.web.security.egress import Egress
from app.web.security.headers import SECURITY_HEADERS
from app.web.security.launch import LAUNCH
from app.web.security.sessions import Sessions
from guardrails.guard import Guard, load
from guardrails.values import Country, Language

HOME = Path(__file__).resolve().parents[3]
_PATH = re.compile(r"(/[a-z0-9][a-z0-9-]*)+")
_HEADERS = {name.decode(): value.decode() for name, value in SECURITY_HEADERS}
_REDIRECT_SECONDS = 60.0


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or Ctrl-C, then 0. Raises `CommandError` for what a person can mend."""
    launcher = Launcher.started()  # before anything is confined
    hardening, egress = _confined()
    lock = _folder(settings.data_dir)
    try:
        with _listening(settings) as listener:
            running = RunFile.new(listener.getsockname()[1])
            run = _Run(settings, listener, lock, launcher, running, Sessions(), egress, hardening)
            _until_the_end(run)
    finally:
        lock.release()
        launcher.end()
    return 0


def serve_again(handed: Handed, meanwhile: Meanwhile) -> int:
    """Go on after a lock, in the process that became a fresh one."""
    hardening, egress = _confined()
    egress.attempts = handed.attempts
    sessions = Sessions()
    sessions.take_over(dict(handed.sessions))
    lock = ServeLock.handed_on(handed.lock)
    launcher = Launcher.handed_on(handed.launcher)
    running = RunFile(handed.port, os.getpid(), handed.secret)
    settings = settings_again(handed.settings)
    run = _Run(settings, meanwhile.listener, lock, launcher, running, sessions, egress, hardening)
    run.outside, run.meanwhile = _outside(handed.outside), meanwhile
    try:
        with meanwhile.listener:
            _until_the_end(run)
    finally:
        lock.release()
        launcher.end()
    return 0


@dataclass(slots=True)
class _Run:
    """What stays the same from one process of a run to the next, and how the newest of them ended."""

    settings: Settings
    listener: socket.socket
    lock: ServeLock
    launcher: Launcher
    running: RunFile
    sessions: Sessions
    egress: Egress
    hardening: Hardening
    outside: Outside | None = None
    meanwhile: Meanwhile | None = None
    locked: Outside | None = None
    pages: dict[str, str] = field(default_factory=dict[str, str])
    cookie: str = ""
    own_pages: dict[str, str] = field(default_factory=dict[str, str])

    def waiting(self) -> list[socket.socket]:
        """Connections that came while this process was loading."""
        return self.meanwhile.end() if self.meanwhile else []


def _until_the_end(run: _Run) -> None:
    """Serve; after a lock this process becomes the next one and does not return."""
    refuse_internet()  # the listener stands; whether this took hold is measured where it is told
    asyncio.run(_served(run))


def _handed(run: _Run, outside: Outside) -> Handed:
    run.listener.set_inheritable(True)
    return Handed(
        settings=plain(run.settings),
        outside=asdict(outside),
        sessions=run.sessions.handed_on(),
        secret=run.running.secret,
        port=run.running.port,
        listener=run.listener.fileno(),
        lock=run.lock.hand_on(),
        launcher=run.launcher.hand_on(),
        attempts=run.egress.attempts,
        pages=run.pages,
        cookies=[f"{name}={run.cookie}" for name in COOKIES],
        own_pages=run.own_pages,
    )


def _outside(handed: Mapping[str, Any]) -> Outside:
    language, country = handed["language"], handed["country"]
    return Outside(
        Language(language) if language else None,
        Country(country) if country else None,
        int(handed["opening"]),
        bool(handed["away"]),
    )


def _confined() -> tuple[Hardening, Egress]:
    """Before anything of the person is in memory: quiet, no dumps, no way out."""
    quiet_libraries()
    egress = Egress(lambda: log_event(Event.OUTBOUND_REFUSED))
    egress.install()
    return harden(), egress


def _folder(path: Path) -> ServeLock:
    """The data folder, made when it is not there, and the right to serve it."""
    try:
        make_folder(path)
        lock = take(path)
    except InUse:
        raise CommandError("already_running") from None
    except VaultError:
        raise CommandError("data_dir") from None
    remove_leftovers(path)
    return lock


@contextmanager
def _listening(settings: Settings) -> Generator[socket.socket]:
    if settings.bind_container and not in_container():
        raise CommandError("not_in_container")
    try:
        listener = listen(settings.port, all_addresses=settings.bind_container)
    except (OSError, OverflowError):
        raise CommandError("port_in_use", port=settings.port) from None
    with listener:
        yield listener


async def _served(run: _Run) -> None:
    log_loop_failures(asyncio.get_running_loop())
    settings = run.settings
    guard = Guard(load(HOME))
    answering = who_answers(settings, HOME)
    folder = None if settings.keeps_nothing else settings.data_dir
    desk = Desk(FolderDoor(folder), guard, answering.voices.cast(), SystemClock(), log_failure)
    switch = Switch(desk, answering.voices, HOME)
    models = model_keeper(settings, HOME, switch, run.launcher)

    app = create_app(_program(run, desk, guard, answering, models))
    server = Server(_EndsWhenLocked(app, run, lambda: server.leave()), lambda: run.locked is not None)
    opening = _Opening(settings, run)
    try:
        run.running.write(settings.data_dir)
        await server.go_on(
            run.listener, run.waiting(), lambda: _begun(opening, answering, run.hardening, switch, guard)
        )
        if server.told:
            run.locked = None
        if run.locked is not None:
            run.pages = await pages_at_once(app, run.running.port)
            run.cookie = run.sessions.newest_cookie()
            run.own_pages = await pages_at_once(app, run.running.port, f"{COOKIES[0]}={run.cookie}")
    finally:
        if run.locked is None:
            run.running.remove(settings.data_dir)
        opening.close()
        await models.aclose()
        await switch.aclose()
        await desk.aclose()
    if run.locked is not None:
        become(
            _handed(run, run.locked), lambda: server.told
        )  # here: the end of the loop would wait for threads that are of no use any more


def _program(run: _Run, desk: Desk, guard: Guard, answering: Answering, models: ModelKeeper) -> Program:
    """What the pages get to know of this run."""

    def locked(outside: Outside) -> None:
        run.locked = outside if POSSIBLE else None

    return Program(
        settings=run.settings,
        desk=desk,
        guard=guard,
        responders=answering.voices.cast,
        clock=SystemClock(),
        port=run.running.port,
        home=HOME,
        sessions=run.sessions,
        control_secret=run.running.secret,
        outside=run.outside,
        locked=locked,
        measure=lambda: asyncio.to_thread(_measured, run),
        models=models,
    )


def _measured(run: _Run) -> Measured:
    """For the privacy panel: looked up now."""
    folder = run.settings.data_dir
    elsewhere = open_for_writing((folder, Path(os.devnull).parent))
    return Measured(
        attempts=run.egress.attempts,
        internet_refused=internet_refused(),
        no_core=run.hardening.no_core,
        not_readable=run.hardening.not_readable,
        folder=str(folder),
        files=files_below(folder),
        writes_elsewhere=None if elsewhere is None else len(elsewhere),
        lock_means_gone=POSSIBLE,
        versions=crypto_versions(),
    )


class _EndsWhenLocked:
    """The outermost layer: once a request that locked has been answered, this process ends.

    A change that arrives on an old connection in between is sent on, with its body, to the next process.
    """

    def __init__(self, app: ASGIApp, run: _Run, leave: Callable[[], None]) -> None:
        self._app, self._run, self._leave = app, run, leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def closing(message: Message) -> None:
            if self._run.locked is not None and message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        if self._run.locked is not None and scope["type"] == "http" and scope["method"] != "GET":
            await _sent_on(scope["path"])(scope, receive, closing)
            return
        try:
            await self._app(scope, receive, closing)
        finally:
            if self._run.locked is not None:
                self._leave()


async def _begun(
    opening: "_Opening", answering: Answering, hardening: Hardening, switch: Switch, program_guard: Guard
) -> None:
    """The ready line first; then what is missing, and the model."""
    await opening.open()
    if not (hardening.private_files and hardening.no_core and hardening.not_readable):
        log_event(Event.NOT_HARDENED, no_core=hardening.no_core, not_readable=hardening.not_readable)
    if answering.missing:
        complain(answering.missing)
    warming = asyncio.to_thread(program_guard.warm)  # the first answers compile what they need themselves
    if answering.model is not None:
        await switch.use(answering.model)
    await warming


def _sent_on(path: str) -> Response:
    """To the same place again, on a new connection: a path of letters only, so that it never leads elsewhere."""
    if not _PATH.fullmatch(path):
        return Response(status_code=404, headers=_HEADERS)
    return RedirectResponse(path, status_code=307, headers=_HEADERS)


class _Opening:
    """What happens once the server is ready: one line, and a browser where there is a screen for it."""

    def __init__(self, settings: Settings, run: _Run) -> None:
        self._settings, self._sessions, self._port = settings, run.sessions, run.running.port
        self._launcher, self._first = run.launcher, run.meanwhile is None
        self._redirect: Redirect | None = None

    async def open(self) -> None:
        if not self._first:  # the page is open already
            return
        url = f"http://127.0.0.1:{self._port}{LAUNCH}{self._sessions.new_launch()}"
        if self._settings.no_browser or not has_display():
            say("ready_url", url=url)
            return
        self._redirect = Redirect(self._settings.data_dir, url)
        if await asyncio.to_thread(self._launcher.ask, "open_browser", self._redirect.url):
            say("ready")
            asyncio.get_running_loop().call_later(_REDIRECT_SECONDS, self.close)
        else:
            self.close()
            say("ready_url", url=url)

    def close(self) -> None:
        if self._redirect is not None:
            self._redirect.remove()
