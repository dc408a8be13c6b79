"""Seeing and hearing: larger letters, stronger colours, no motion, and a voice of this laptop only."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site, Watch, check, say

VOICES = """
() => {
  window.spoken = [];
  window.silenced = 0;
  const voices = [%s];
  const fake = new EventTarget();
  fake.getVoices = () => voices;
  fake.speak = (said) => window.spoken.push([said.text, said.voice.name]);
  fake.cancel = () => { window.silenced += 1; };
  Object.defineProperty(window, "speechSynthesis", { value: fake });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
}
"""
HERE = '{ name: "here", lang: "nl-NL", localService: true }'
ELSEWHERE = '{ name: "elsewhere", lang: "nl-NL", localService: false }'
OTHER_LANGUAGE = '{ name: "english", lang: "en-GB", localService: true }'


def with_voices(page: Page, *voices: str) -> None:
    page.add_init_script(f"({VOICES % ', '.join(voices)})()")


def begin(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")


def test_a_reply_is_read_aloud_by_a_voice_of_this_laptop_until_esc(site: Site, page: Page) -> None:
    with_voices(page, ELSEWHERE, OTHER_LANGUAGE, HERE)
    begin(site, page)
    say(page, "Het is druk.")
    button = page.get_by_role("button", name="Lees voor")
    expect(button).to_have_count(1)
    assert page.evaluate("window.spoken") == []  # never by itself
    button.click()
    assert page.evaluate("window.spoken") == [["Dat klinkt zwaar.", "here"]]
    expect(page.get_by_role("button", name="Stop met voorlezen")).to_be_visible()
    silenced = page.evaluate("window.silenced")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Lees voor")).to_be_visible()
    assert page.evaluate("window.silenced") > silenced
    page.keyboard.press("Escape")  # the first Esc only stopped the voice: this is no Snel weg
    expect(page.get_by_role("button", name="Lees voor")).to_be_visible()


@pytest.mark.parametrize("voices", [(), (ELSEWHERE,), (OTHER_LANGUAGE,)], ids=["none", "elsewhere", "other-language"])
def test_without_a_local_voice_of_the_language_nothing_is_offered(
    site: Site, page: Page, voices: tuple[str, ...]
) -> None:
    with_voices(page, *voices)
    begin(site, page)
    say(page, "Het is druk.")
    expect(page.locator(".message.program")).to_contain_text("Dat klinkt zwaar.")
    expect(page.locator(".message.program .at")).to_have_count(0)
    page.reload()
    expect(page.locator(".message.program .at")).to_have_count(1)
    expect(page.locator(".aloud")).to_have_count(0)


def choose(page: Page, *labels: str) -> None:
    page.get_by_role("link", name="Instellingen").click()
    for label in labels:
        page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Opgeslagen.")).to_be_visible()


def size(page: Page) -> float:
    return page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")


def test_letters_grow_and_nothing_falls_off_the_page(site: Site, browser: Browser, watch: Watch) -> None:
    context = browser.new_context(locale="nl-NL", viewport={"width": 360, "height": 740})
    context.on("page", watch.follow)
    page = context.new_page()
    begin(site, page)
    plain = size(page)
    choose(page, "Heel groot")
    assert size(page) > plain * 1.35
    check(page, "settings in very large letters")
    for path in ("/", "/hulp", "/gereedschap", "/gesprekken"):
        page.goto(site.url + path)
        check(page, f"{path} in very large letters")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_stronger_colours_by_choice_or_as_the_laptop_is_set(
    site: Site, browser: Browser, watch: Watch, scheme: str
) -> None:
    paper = {"light": "rgb(255, 255, 255)", "dark": "rgb(0, 0, 0)"}[scheme]
    shade = "light" if scheme == "light" else "dark"
    context = browser.new_context(locale="nl-NL", color_scheme=shade)
    context.on("page", watch.follow)
    page = context.new_page()
    page.goto(site.url)
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) != paper
    page.emulate_media(contrast="more")  # before anything is open
    assert page.evaluate(background) == paper
    check(page, "start, as the laptop is set")
    page.emulate_media(contrast="no-preference")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/gesprek/*")
    choose(page, "Sterke kleuren die goed te onderscheiden zijn")
    assert page.evaluate(background) == paper
    check(page, "settings in strong colours")
    context.close()


def test_nothing_moves_by_choice_or_as_the_laptop_is_set(site: Site, page: Page) -> None:
    moves = "getComputedStyle(document.querySelector('button')).transitionDuration"
    page.emulate_media(reduced_motion="no-preference")
    begin(site, page)
    assert page.evaluate(moves) != "0s"
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(moves) == "0s"
    page.emulate_media(reduced_motion="no-preference")
    choose(page, "Nee, alles staat stil")
    assert page.evaluate(moves) == "0s"
