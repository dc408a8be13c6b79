"""What the browser itself keeps: nothing that was written, read or half typed reaches its profile folder."""

from pathlib import Path

from playwright.sync_api import Playwright, expect

from app.conversation.values import Done, Sentence
from tests.browser.conftest import NO_BACKGROUND_NETWORK, Site, chromium_path, say

WRITTEN, READ, TYPED, SECRET = (
    "kanariegeschreven",
    "kanariegelezen",
    "kanariegetypt",
    "kanariewachtzin drie vier",
)


def holding(folder: Path, word: str) -> list[str]:
    """Files under `folder` that hold the word, in UTF-8 or UTF-16."""
    forms = (word.encode("utf-8"), word.encode("utf-16-le"))
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [str(path.relative_to(folder)) for path in files if any(form in path.read_bytes() for form in forms)]


def test_the_browser_profile_holds_no_word_of_a_conversation(
    site: Site, playwright: Playwright, tmp_path: Path
) -> None:
    site.desk.script = [Sentence(READ, paragraph=True), Done()]
    context = playwright.chromium.launch_persistent_context(
        tmp_path, executable_path=chromium_path(), args=NO_BACKGROUND_NETWORK, locale="nl-NL"
    )
    page = context.new_page()
    page.goto(site.url)
    page.get_by_role("button", name="Begin").click()
    say(page, WRITTEN)
    expect(page.locator(".message.program")).to_contain_text(READ)
    page.goto(f"{site.url}/bewaren")
    page.get_by_label("Kies een wachtzin").fill(SECRET)
    page.get_by_label("Typ de wachtzin nog een keer").fill(SECRET)
    page.get_by_label("Wachtzin laten zien").check()
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_role("link", name="Verder").click()
    page.get_by_label("Jouw bericht").fill(TYPED)
    page.wait_for_timeout(2_000)
    live = [word for word in (WRITTEN, READ, TYPED, SECRET) if holding(tmp_path, word)]
    context.close()
    assert (tmp_path / "Default").is_dir()
    assert live == []
    assert {word: holding(tmp_path, word) for word in (WRITTEN, READ, TYPED, SECRET)} == {
        WRITTEN: [],
        READ: [],
        TYPED: [],
        SECRET: [],
    }
