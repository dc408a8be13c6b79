"""*Leren*: ten short pages in both languages, readable before anything is open, with sources and who can help."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.web.learn.leaves import ORDER, Leaf, load_leaves
from app.web.words import LANGUAGES
from guardrails.values import Language

HOME = Path(__file__).parents[2]
LEAVES = load_leaves(HOME)
EVERY = [(language, leaf) for language in LANGUAGES for leaf in LEAVES[language].values()]
NAMES = [f"{language.value}-{leaf.name}" for language, leaf in EVERY]


@pytest.mark.parametrize("name", ORDER)
def test_a_page_is_read_before_anything_is_open(client: TestClient, name: str) -> None:
    leaf = LEAVES[Language.NL][name]
    assert f'href="/leren/{name}"' in client.get("/leren").text
    page = client.get(f"/leren/{name}").text
    assert f"<h1>{leaf.title}</h1>" in page
    assert leaf.html in page
    assert all(source.url in page for source in leaf.sources)
    assert f'href="{leaf.sources[0].url}"' not in page  # it leads nowhere by itself


def test_a_page_that_does_not_exist_is_not_found(client: TestClient) -> None:
    assert client.get("/leren/nergens").status_code == 404


def test_the_tools_lead_to_it(client: TestClient, talk: str) -> None:
    assert 'href="/leren"' in client.get("/gereedschap").text


@pytest.mark.parametrize(("language", "leaf"), EVERY, ids=NAMES)
def test_a_page_has_sources_with_dates_and_ends_with_who_can_help(language: Language, leaf: Leaf) -> None:
    last = leaf.html.rsplit("<h2>", 1)[1]
    assert last.startswith({Language.NL: "Wie kan helpen", Language.EN: "Who can help"}[language])
    assert leaf.sources
    assert all(len(source.date) == 10 and source.url.startswith("https://") for source in leaf.sources)
    assert leaf.status == "concept"
    assert "<h1" not in leaf.html


def test_every_file_is_in_the_list() -> None:
    for language in LANGUAGES:
        files = {path.stem for path in (HOME / "prompts" / language.value / "learn").glob("*.md")}
        assert files == set(ORDER)
