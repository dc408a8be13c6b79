"""The main job, whole: the program as it is started, a real browser in front of it, in Dutch and in English."""

import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.browser.conftest import Watch, check, say
from tests.commands.conftest import Server, Start
from tests.commands.conftest import start as start

PASSPHRASE = "stoel lamp raam plant"
SECONDS_TO_A_REPLY = 10.0
GONE = ("ERR_CONNECTION_RE", "Failed to fetch", "ERR_INCOMPLETE_CHUNKED_ENCODING", "CONTENT_LENGTH_MISMATCH")
"""What a page that is still open says of a program that has stopped."""
ALLOWED = ("422", "Permissions-Policy header: Unrecognized feature")
"""How a wrong passphrase is answered; and what this Chromium says of features that only other ones have."""


@dataclass(frozen=True)
class Tongue:
    """What a person reads and types in one language."""

    locale: str
    country: str
    open: str
    begin: str
    human: str
    box: str
    send: str
    lead: str
    said: str
    disclosure: str
    not_kept: str
    danger: str
    question: str
    line: str
    emergency: str
    no: str
    keep_bar: str
    keep: str
    choose: str
    again: str
    keep_now: str
    code: str
    go_on: str
    locked: str
    passphrase: str
    unlock: str
    wrong: str
    lost_link: str
    code_label: str
    lock: str
    quit: str
    help: str
    notes: str
    calm: tuple[str, str, str]


DUTCH = Tongue(
    locale="nl-NL",
    country="NL",
    open="Open",
    begin="Begin",
    human="Liever een mens",
    box="Jouw bericht",
    send="Verstuur",
    lead="Klankbord is een computerprogramma, geen mens.",
    said="Ik slaap al een week slecht.",
    disclosure="Dit is een computerprogramma, geen mens. Het kan fouten maken.",
    not_kept="Er wordt niets bewaard.",
    danger="Ik wil niet meer leven.",
    question="zelfmoord",
    line="113",
    emergency="112",
    no="Nee",
    keep_bar="Wil je dit bewaren?",
    keep="Bewaren",
    choose="Kies een wachtzin",
    again="Typ de wachtzin nog een keer",
    keep_now="Bewaren",
    code="Je herstelcode",
    go_on="Verder",
    locked="Je gesprekken zijn op slot",
    passphrase="Wachtzin",
    unlock="Openen",
    wrong="Dit klopt niet. Er is niets kwijt.",
    lost_link="herstelcode",
    code_label="Herstelcode",
    lock="Op slot",
    quit="Snel weg",
    help="Hulp nu",
    notes="Notities",
    calm=("Ik slaap al een week slecht.", "Op het werk is het druk.", "Mijn zus helpt me met de was."),
)
ENGLISH = Tongue(
    locale="en-GB",
    country="UK",
    open="Open",
    begin="Begin",
    human="I would rather talk to a person",
    box="Your message",
    send="Send",
    lead="Klankbord is a computer program, not a person.",
    said="I have slept badly for a week.",
    disclosure="This is a computer program, not a person.",
    not_kept="Nothing is kept.",
    danger="I want to kill myself",
    question="suicide",
    line="116 123",
    emergency="999",
    no="No",
    keep_bar="Do you want to keep this?",
    keep="Keep it",
    choose="Choose a passphrase",
    again="Type the passphrase again",
    keep_now="Keep it",
    code="Your recovery code",
    go_on="Go on to the conversation",
    locked="Your conversations are locked",
    passphrase="Passphrase",
    unlock="Open",
    wrong="This is not right. Nothing is lost.",
    lost_link="recovery code",
    code_label="Recovery code",
    lock="Lock",
    quit="Leave fast",
    help="Help now",
    notes="Notes",
    calm=("I have slept badly for a week.", "Work is busy.", "My sister helps me with the laundry."),
)
BOTH = pytest.mark.parametrize("words", [DUTCH, ENGLISH], ids=["nl", "en"])


@pytest.fixture
def page(start: Start, browser: Browser, watch: Watch, words: Tongue) -> Iterator[Page]:
    """A browser in the language of the test, closed before the program stops."""
    watch.allowed_errors = ALLOWED
    context: BrowserContext = browser.new_context(locale=words.locale, viewport={"width": 1024, "height": 800})
    context.set_default_timeout(15_000)
    context.on("page", watch.follow)
    yield context.new_page()
    context.close()


def come_in(page: Page, server: Server) -> None:
    """Open the address that the program printed; its page goes on by itself."""
    page.goto(f"http://{server.host}{server.launch}")
    page.wait_for_url(f"http://{server.host}/")


def begin(page: Page, words: Tongue) -> None:
    page.locator("#country").select_option(words.country)
    page.get_by_role("button", name=words.begin).click()
    page.wait_for_url("**/gesprek/*")


def talk(page: Page, words: Tongue, text: str) -> None:
    """Send a message and wait for the whole reply."""
    before = page.locator(".message.program").count()
    say(page, text)
    expect(page.locator(".message.program")).to_have_count(before + 1)
    ready(page, words)


def ready(page: Page, words: Tongue) -> None:
    expect(page.get_by_role("button", name=words.send)).to_be_visible()


def keep(page: Page, words: Tongue) -> str:
    """From the offer under the talk to the recovery code, and back."""
    page.get_by_role("link", name=words.keep, exact=True).click()
    page.get_by_label(words.choose).fill(PASSPHRASE)
    page.get_by_label(words.again).fill(PASSPHRASE)
    page.get_by_role("button", name=words.keep_now, exact=True).click()
    expect(page.get_by_role("heading", name=words.code)).to_be_visible()
    code = page.locator("#code").inner_text()
    page.get_by_role("link", name=words.go_on).click()
    page.wait_for_url("**/gesprek/*")
    return code


def kept_talk(page: Page, start: Start, words: Tongue) -> tuple[Server, str]:
    """A first talk that is kept; the server and the recovery code."""
    server = start()
    come_in(page, server)
    begin(page, words)
    for text in words.calm:
        talk(page, words, text)
    expect(page.get_by_text(words.keep_bar)).to_be_visible()
    code = keep(page, words)
    expect(page.locator("#messages")).to_contain_text(words.calm[0])
    return server, code


def back(page: Page) -> None:
    """The browser's own button; it may have nothing to go back to."""
    with suppress(Error):
        page.go_back(timeout=5_000)


def restart(page: Page, start: Start, server: Server, words: Tongue) -> Server:
    """The program stopped and started again, and the page of what is locked."""
    assert server.stop() == 0
    assert server.errors == ""
    again = start(folder=server.folder)
    come_in(page, again)
    expect(page.get_by_role("heading", name=words.locked)).to_be_visible()
    expect(page.locator("body")).not_to_contain_text(words.calm[0])
    return again


@BOTH
def test_the_first_minute_leads_to_a_reviewed_reply_that_says_what_it_is(
    page: Page, start: Start, watch: Watch, words: Tongue
) -> None:
    watch.allowed_errors = (*ALLOWED, "403")
    server = start()
    come_in(page, server)
    expect(page.get_by_text(words.lead)).to_be_visible()
    expect(page.get_by_role("link", name=words.human)).to_be_visible()
    check(page, "first page")
    begin(page, words)
    expect(page.get_by_text(words.not_kept)).to_be_visible()
    began = time.monotonic()
    say(page, words.said)
    reply = page.locator(".message.program")
    expect(reply).to_contain_text(words.disclosure)
    ready(page, words)
    assert time.monotonic() - began < SECONDS_TO_A_REPLY
    expect(reply.locator("p.piece.text").first).not_to_be_empty()
    expect(page.locator(".message.you")).to_contain_text(words.said)
    check(page, "first reply")
    again = page.goto(f"http://{server.host}{server.launch}")
    assert again is not None and again.status == 403, "the address works once"


@BOTH
def test_danger_brings_the_question_the_way_to_help_and_quick_answers(page: Page, start: Start, words: Tongue) -> None:
    come_in(page, start())
    begin(page, words)
    talk(page, words, words.danger)
    reply = page.locator(".message.program").last
    expect(reply.locator(".piece.question")).to_contain_text(re.compile(words.question))
    expect(reply.locator(".card")).to_contain_text(words.line)
    expect(reply.locator(".card")).to_contain_text(words.emergency)
    expect(reply.locator(".card")).to_be_in_viewport()
    check(page, "in danger")
    page.get_by_role("button", name=words.no, exact=True).click()
    expect(page.locator(".message.you").last).to_contain_text(words.no)
    ready(page, words)
    answer = page.locator(".message.program").last
    expect(answer.locator("p.piece").first).not_to_be_empty()
    expect(answer.locator(".piece.question")).to_have_count(0)
    expect(page.locator("#below details.folded")).to_contain_text(words.line)


@BOTH
def test_on_a_narrow_screen_the_number_stands_above_the_box(page: Page, start: Start, words: Tongue) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    come_in(page, start())
    begin(page, words)
    talk(page, words, words.danger)
    expect(page.locator(".message.program .card .doors .number").first).to_be_in_viewport(ratio=1)
    number = page.locator(".message.program .card .doors .number").first.bounding_box()
    box = page.locator("#compose").bounding_box()
    assert number and box
    assert number["y"] + number["height"] <= box["y"]


@BOTH
def test_help_is_one_press_away_and_stays_when_the_program_is_killed(
    page: Page, start: Start, watch: Watch, words: Tongue
) -> None:
    watch.allowed_errors = (*ALLOWED, *GONE)
    server = start()
    come_in(page, server)
    begin(page, words)
    server.stop(signal.SIGKILL)
    page.get_by_role("button", name=words.help).click()
    panel = page.locator("#help-now")
    expect(panel.locator(".number", has_text=words.emergency).first).to_be_visible()
    expect(panel.locator(".number", has_text=words.line).first).to_be_visible()


@BOTH
def test_what_is_kept_opens_after_a_restart_with_the_passphrase(
    page: Page, start: Start, watch: Watch, words: Tongue
) -> None:
    watch.allowed_errors = (*ALLOWED, *GONE)
    server, _ = kept_talk(page, start, words)
    again = restart(page, start, server, words)
    page.get_by_label(words.passphrase, exact=True).fill("a phrase of someone else")
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.wrong)).to_be_visible()
    page.get_by_label(words.passphrase, exact=True).fill(PASSPHRASE)
    page.get_by_role("button", name=words.unlock, exact=True).click()
    page.wait_for_url("**/gesprek/*")
    for text in words.calm:
        expect(page.locator("#messages")).to_contain_text(text)
    expect(page.locator(".message.program")).to_have_count(len(words.calm))
    talk(page, words, words.said)
    page.get_by_role("button", name=words.lock, exact=True).click()
    expect(page.get_by_role("heading", name=words.locked)).to_be_visible(timeout=2_000)
    expect(page.locator("body")).not_to_contain_text(words.said)
    back(page)
    expect(page.locator("body")).not_to_contain_text(words.said)
    assert again.stop() == 0


@BOTH
def test_what_is_kept_opens_after_a_restart_with_the_recovery_code(
    page: Page, start: Start, watch: Watch, words: Tongue
) -> None:
    watch.allowed_errors = (*ALLOWED, *GONE)
    server, code = kept_talk(page, start, words)
    restart(page, start, server, words)
    page.get_by_role("link", name=words.lost_link).click()
    page.get_by_label(words.code_label).fill(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    page.wait_for_url("**/gesprek/*")
    for text in words.calm:
        expect(page.locator("#messages")).to_contain_text(text)


@BOTH
def test_leaving_fast_shows_an_empty_sheet_and_back_shows_nothing(page: Page, start: Start, words: Tongue) -> None:
    server = start()
    come_in(page, server)
    begin(page, words)
    talk(page, words, words.said)
    page.get_by_role("button", name=words.quit).click()
    expect(page).to_have_title(words.notes)
    for _ in range(3):
        back(page)
        expect(page.locator("body")).not_to_contain_text(words.said)
    page.goto(f"http://{server.host}/")
    expect(page.locator("body")).not_to_contain_text(words.said)
