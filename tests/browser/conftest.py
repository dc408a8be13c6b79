"""A real Chromium in front of the real pages; in every test: no other host, no console error."""

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # pyright: ignore[reportMissingTypeStubs]
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, sync_playwright
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.conversation.values import Phase
from tests.web.app_under_test import build
from tests.web.fake_desk import FakeDesk

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NO_BACKGROUND_NETWORK = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


def chromium_path() -> str:
    """The browser to drive: named by KLANKBORD_BROWSER, else the first Chromium on the path."""
    named = os.environ.get("KLANKBORD_BROWSER", "")
    found = named or next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    if not found:
        pytest.fail("no Chromium: install it (Debian: apt install chromium) or set KLANKBORD_BROWSER to its path")
    return found


class Policy:
    """The headers the security layer sets, so that a breach of them shows in the console."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(b"content-security-policy", _POLICY.encode()), (b"cache-control", b"no-store")]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self._app(scope, receive, with_headers)


@dataclass
class Site:
    """The running program: its address, its scripted desk, and a way into its event loop."""

    url: str
    desk: FakeDesk
    loop: asyncio.AbstractEventLoop

    def do(self, work: Callable[[], Awaitable[object]]) -> None:
        """Run something of the desk in the server's own loop, and wait for it."""

        async def run() -> None:
            await work()

        asyncio.run_coroutine_threadsafe(run(), self.loop).result(10)

    def go_on(self, gate: asyncio.Event) -> None:
        self.loop.call_soon_threadsafe(gate.set)


@pytest.fixture
def site() -> Iterator[Site]:
    desk = FakeDesk()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(Policy(build(desk)), log_level="error", lifespan="off"))
    ready = threading.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        ready.set()
        await server.serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield Site(f"http://127.0.0.1:{listener.getsockname()[1]}", desk, loops[0])
    server.should_exit = server.force_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Not for the whole session: while it lives, `asyncio.run` of any other test would be refused."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=chromium_path(), args=NO_BACKGROUND_NETWORK)
    yield chromium
    chromium.close()


@dataclass
class Watch:
    """What must not happen in any test: a console error, a request to another host."""

    errors: list[str]
    hosts: set[str]
    allowed_errors: tuple[str, ...] = ()

    def follow(self, page: Page) -> None:
        def console(message: object) -> None:
            kind, text = getattr(message, "type", ""), getattr(message, "text", "")
            if kind in ("error", "warning"):
                self.errors.append(text)

        def request(asked: Request) -> None:
            self.hosts.add(asked.url.split("/")[2].split(":")[0] if "//" in asked.url else "")

        page.on("console", console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", request)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch([], set())
    yield watching
    assert [line for line in watching.errors if not any(part in line for part in watching.allowed_errors)] == []
    assert watching.hosts <= {"127.0.0.1", ""}


@pytest.fixture
def context(browser: Browser, watch: Watch) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="nl-NL", viewport={"width": 1024, "height": 800})
    opened.set_default_timeout(10_000)
    opened.on("page", watch.follow)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def talk(site: Site, page: Page) -> Page:
    """A page with an empty conversation, as *Begin* opens it."""
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")
    assert site.desk.phase is Phase.OPEN
    return page


def say(page: Page, text: str) -> None:
    """Type a message and send it."""
    page.get_by_label("Jouw bericht").or_(page.get_by_label("Your message")).fill(text)
    page.wait_for_load_state()  # the scripts are there, whatever else the machine is busy with
    page.keyboard.press("Enter")


def check(page: Page, where: str) -> None:
    """The page breaks no rule of axe, does not scroll sideways and has one h1."""
    found = Axe().run(page)  # pyright: ignore[reportUnknownMemberType]
    assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{where} scrolls sideways by {wide} px"
    assert page.locator("h1").count() == 1, where
