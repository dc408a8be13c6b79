"""One serving process: hardened first, listening second, ready third, and closed in every case."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import uvicorn

from app.commands.saying import CommandError, complain, say
from app.commands.serving.answering import Answering, Switch, model_keeper, who_answers
from app.commands.serving.browser import Redirect, has_display, remove_leftovers
from app.commands.serving.keeping import FolderDoor
from app.commands.serving.listener import listen
from app.commands.serving.runfile import RunFile, take
from app.conversation.clock import SystemClock
from app.conversation.desk import Desk
from app.factory import Program, create_app
from app.hardening import Hardening, harden
from app.log import Event, log_event, log_failure, log_loop_failures, quiet_libraries
from app.settings import Settings
from app.vault.errors import InUse, VaultError
from app.vault.files import FileLock, make_folder
from app.web.security.egress import Egress
from app.web.security.launch import LAUNCH
from app.web.security.sessions import Sessions
from guardrails.guard import Guard, load

HOME = Path(__file__).resolve().parents[3]
_LAST_ANSWERS_SECONDS = 2
_REDIRECT_SECONDS = 60.0


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or Ctrl-C, then 0. Raises `CommandError` for what a person can mend."""
    hardening = _confined()
    lock = _folder(settings.data_dir)
    try:
        with _listening(settings.port) as listener:
            asyncio.run(_served(settings, listener, hardening))
    finally:
        lock.release()
    return 0


def _confined() -> Hardening:
    """Before anything of the person is in memory: quiet, no dumps, no way out."""
    quiet_libraries()
    Egress(lambda: log_event(Event.OUTBOUND_REFUSED)).install()
    return harden()


def _folder(path: Path) -> FileLock:
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
def _listening(port: int) -> Generator[socket.socket]:
    try:
        listener = listen(port)
    except (OSError, OverflowError):
        raise CommandError("port_in_use", port=port) from None
    with listener:
        yield listener


async def _served(settings: Settings, listener: socket.socket, hardening: Hardening) -> None:
    log_loop_failures(asyncio.get_running_loop())
    port: int = listener.getsockname()[1]
    guard = Guard(load(HOME))
    answering = who_answers(settings, HOME)
    folder = None if settings.keeps_nothing else settings.data_dir
    desk = Desk(FolderDoor(folder), guard, answering.voices.cast(), SystemClock(), log_failure)
    switch = Switch(desk, answering.voices, HOME)
    models = model_keeper(settings, HOME, switch)
    running = RunFile.new(port)
    sessions = Sessions()
    program = Program(
        settings, desk, guard, answering.voices.cast, SystemClock(), port, HOME, sessions, running.secret, models
    )
    server = _Server(create_app(program))
    opening = _Opening(settings, sessions, port)
    try:
        running.write(settings.data_dir)
        await server.go_on(listener, lambda: _begun(opening, answering, hardening, switch, guard))
    finally:
        running.remove(settings.data_dir)
        opening.close()
        await models.aclose()
        await switch.aclose()
        await desk.aclose()


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


class _Opening:
    """What happens once the server is ready: one line, and a browser where there is a screen for it."""

    def __init__(self, settings: Settings, sessions: Sessions, port: int) -> None:
        self._settings, self._sessions, self._port = settings, sessions, port
        self._redirect: Redirect | None = None

    async def open(self) -> None:
        url = f"http://127.0.0.1:{self._port}{LAUNCH}{self._sessions.new_launch()}"
        if self._settings.no_browser or not has_display():
            say("ready_url", url=url)
            return
        self._redirect = Redirect(self._settings.data_dir, url)
        if await asyncio.to_thread(self._redirect.open):
            say("ready")
            asyncio.get_running_loop().call_later(_REDIRECT_SECONDS, self.close)
        else:
            self.close()
            say("ready_url", url=url)

    def close(self) -> None:
        if self._redirect is not None:
            self._redirect.remove()


class _Server(uvicorn.Server):
    """uvicorn with a quiet start and an end by SIGTERM or SIGINT that is no failure."""

    def __init__(self, app: object) -> None:
        super().__init__(
            uvicorn.Config(
                app,  # pyright: ignore[reportArgumentType]
                loop="asyncio",
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_LAST_ANSWERS_SECONDS,
            )
        )

        self._ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    async def go_on(self, listener: socket.socket, begun: Callable[[], Awaitable[None]]) -> None:
        """Serve until a signal; `begun` runs beside it from the moment that requests are answered."""
        serving = asyncio.create_task(self.serve(sockets=[listener]))
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        beside = asyncio.ensure_future(begun())
        try:
            await serving
        finally:
            ready.cancel()
            beside.cancel()
            for failure in await asyncio.gather(beside, return_exceptions=True):
                if isinstance(failure, Exception):
                    log_failure(failure)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """As uvicorn's, but a signal ends the program with 0 instead of being raised again."""
        names = ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP")
        found = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.signal(number, self._told) for number in found}
        try:
            yield
        finally:
            for number, handler in before.items():
                with suppress(TypeError, ValueError):
                    signal.signal(number, handler)

    def _told(self, number: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True
