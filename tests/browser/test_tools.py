"""Every tool from start to print, by keyboard, in both languages; axe finds nothing; without scripts it works too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.tools.tool import ORDER, Step, load_tools
from app.web.words import load_words
from guardrails.values import Language
from tests.browser.conftest import Site, Watch, check

HOME = Path(__file__).parents[2]
TOOLS, WORDS = load_tools(HOME), load_words(HOME)


def enter(site: Site, page: Page, language: Language) -> None:
    page.goto(site.url)
    if language is Language.EN:
        page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")


def tab_to(page: Page, target: Locator) -> None:
    """Only the Tab key, from wherever the focus is."""
    for _ in range(80):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


def write(page: Page, step: Step, mark: str) -> None:
    """Fill in the first field of a step, by keyboard."""
    form = page.locator("main form")
    if step.kind == "timer":
        tab_to(page, page.locator(".calm-time > summary"))
        page.keyboard.press("Enter")
        expect(page.locator(".calm-time")).to_have_attribute("open", "")
        check(page, step.id)
        page.keyboard.press("Enter")
        return
    field = form.locator("textarea, select, input[type=text], input[type=radio]").first
    if not field.count():
        return
    tab_to(page, field)
    if step.kind == "choice":
        page.keyboard.press("Space")
    elif step.kind == "piles":
        page.keyboard.press("ArrowDown")
    else:
        page.keyboard.type(f"{mark} {step.id}")
        if step.kind == "list":
            page.keyboard.press("Enter")
            page.keyboard.type("nog iets")


@pytest.mark.parametrize("language", list(TOOLS))
@pytest.mark.parametrize("name", ORDER)
def test_every_tool_is_walked_by_keyboard_to_a_page_that_prints(
    site: Site, page: Page, name: str, language: Language
) -> None:
    enter(site, page, language)
    tool, words = TOOLS[language][name], WORDS[language]
    page.goto(f"{site.url}/gereedschap/{name}")
    check(page, name)
    tab_to(page, page.get_by_role("button", name=words.say("tools.begin"), exact=True))
    page.keyboard.press("Enter")
    for step in tool.steps:
        expect(page.get_by_role("heading", level=1)).to_have_text(step.title)
        write(page, step, "eigen")
        check(page, f"{name} {step.id}")
        tab_to(page, page.locator("button[name=go][value=next]"))
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(tool.title)
    expect(page.get_by_text(tool.closing, exact=True)).to_be_visible()
    check(page, f"{name} whole")
    for step in (s for s in tool.steps if s.kind in ("text", "list")):
        expect(page.locator(f"#{step.id}")).to_contain_text(f"eigen {step.id}")
    page.emulate_media(media="print")
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".paper")).to_be_visible()
    assert page.locator("a, button").evaluate_all("all => all.filter((one) => one.checkVisibility()).length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_the_pages_around_a_tool_pass_axe_at_every_width(
    site: Site, browser: Browser, watch: Watch, scheme: str, width: int
) -> None:
    context = browser.new_context(
        locale="nl-NL", viewport={"width": width, "height": 740}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.on("page", watch.follow)
    page = context.new_page()
    enter(site, page, Language.NL)
    page.goto(site.url + "/gereedschap/order_thoughts")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.locator("textarea").fill("de was\n" + "lang" * 40)
    site.desk.danger = "was"
    page.get_by_role("button", name="Verder", exact=True).click()
    expect(page.locator("#tool-card")).to_be_visible()
    check(page, "piles with a card")
    page.goto(site.url + "/gereedschap/safety_plan")
    page.get_by_role("button", name="Begin", exact=True).click()
    paper = page.url.rsplit("/stap/")[0]
    for path in ("/gereedschap", paper, f"{paper}/bestand", f"{paper}/wissen", f"{paper}/stap/people"):
        page.goto(path if path.startswith("http") else site.url + path)
        check(page, path)
    page.get_by_role("button", name="Hulp nu").click()
    expect(page.locator("#help-now").get_by_role("link", name="Jouw veiligheidsplan")).to_be_visible()
    check(page, "help with the own plan")
    context.close()


def test_a_paper_is_saved_as_a_file_after_a_warning(site: Site, page: Page) -> None:
    enter(site, page, Language.NL)
    page.goto(site.url + "/gereedschap/letter")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_label("Voor wie?").fill("Sam")
    page.get_by_role("button", name="Later verder").click()
    page.get_by_role("link", name="Opslaan als bestand").click()
    expect(page.get_by_text("Iedereen die dit bestand opent")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Toch opslaan").click()
    assert waiting.value.suggested_filename == "notitie-2026-11-24.md"
    assert "Voor wie?: Sam" in Path(waiting.value.path()).read_text(encoding="utf-8")


def test_the_circle_stands_still_for_who_wants_no_motion(site: Site, page: Page) -> None:
    enter(site, page, Language.NL)
    page.goto(site.url + "/gereedschap/breathe")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.locator(".calm-time > summary").click()
    moves = "one => getComputedStyle(one).animationName"
    page.emulate_media(reduced_motion="no-preference")
    assert page.locator(".circle").evaluate(moves) == "breath"
    page.emulate_media(reduced_motion="reduce")
    assert page.locator(".circle").evaluate(moves) == "none"


def test_a_time_that_is_over_is_told_once(site: Site, page: Page) -> None:
    page.clock.install()
    enter(site, page, Language.NL)
    page.goto(site.url + "/gereedschap/breathe")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.wait_for_load_state()
    page.locator(".calm-time > summary").click()
    expect(page.locator(".calm-time[data-running]")).to_be_visible()
    page.clock.fast_forward(3 * 60 * 1000 + 1000)
    expect(page.get_by_role("status")).to_have_text("De tijd is om.")


def test_idle_only_covers_while_a_tool_is_open_and_the_words_stay(site: Site, page: Page) -> None:
    page.clock.install()
    enter(site, page, Language.NL)
    site.desk.kept = True
    page.goto(site.url + "/gereedschap/letter")
    page.get_by_role("button", name="Begin", exact=True).click()
    page.get_by_label("Voor wie?").fill("Sam")
    page.wait_for_load_state()
    page.clock.fast_forward(16 * 60 * 1000)
    expect(page.locator("#cover")).to_be_visible()
    page.locator("[data-uncover]").click()
    expect(page.get_by_label("Voor wie?")).to_have_value("Sam")
    assert site.desk.open


def test_a_conversation_in_another_tab_does_not_lock_what_is_being_written(site: Site, page: Page) -> None:
    page.clock.install()
    enter(site, page, Language.NL)
    site.desk.kept = True
    page.reload()
    tool = page.context.new_page()
    tool.goto(site.url + "/gereedschap/letter")
    tool.get_by_role("button", name="Begin", exact=True).click()
    tool.get_by_label("Voor wie?").fill("Sam")
    tool.wait_for_load_state()
    page.evaluate(
        "() => { window.heard = new Promise((told) => { new BroadcastChannel('klankbord').onmessage ="
        " ({ data }) => { if (data.kind === 'tool') told(); }; }); }"
    )
    page.clock.fast_forward(870_000)
    page.evaluate("() => window.heard")
    page.clock.fast_forward(60 * 1000)
    expect(page.locator("#cover")).to_be_visible()
    assert site.desk.open
    expect(tool.get_by_label("Voor wie?")).to_have_value("Sam")


@pytest.fixture
def plain(browser: Browser, watch: Watch) -> Iterator[Page]:
    context = browser.new_context(locale="nl-NL", java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.set_default_timeout(10_000)
    context.on("page", watch.follow)
    yield context.new_page()
    context.close()


def test_thoughts_in_order_works_without_scripts(site: Site, plain: Page) -> None:
    plain.goto(site.url)
    plain.get_by_role("button", name="Begin").click()
    plain.get_by_role("link", name="Gereedschap", exact=True).click()
    plain.get_by_role("link", name="Gedachten op een rij").click()
    plain.get_by_role("button", name="Begin").click()
    plain.locator("textarea").fill("de was\nmama bellen\nmoe")
    plain.get_by_role("button", name="Verder", exact=True).click()
    plain.get_by_label("mama bellen").select_option(label="Taak: dit moet nog")
    plain.get_by_role("button", name="Verder", exact=True).click()
    plain.get_by_role("button", name="Terug").click()
    expect(plain.get_by_label("mama bellen")).to_have_value("task")
    plain.get_by_role("button", name="Later verder").click()
    plain.get_by_role("link", name="Gereedschap", exact=True).click()
    plain.get_by_role("link", name="Gedachten op een rij, 24 november, 15:02").click()
    for thing in ("de was", "mama bellen", "moe"):
        expect(plain.locator("#piles").get_by_text(thing, exact=True)).to_be_visible()
    plain.get_by_role("link", name="Wissen").click()
    plain.get_by_role("button", name="Ja, wissen").click()
    expect(plain.get_by_role("heading", name="Gereedschap", exact=True)).to_be_visible()
    expect(plain.get_by_text("Wat je al schreef")).to_have_count(0)
