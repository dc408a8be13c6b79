"""The page about the language model: what it says before anything happens, and what it then does."""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.models.catalogue import Catalogue, load_catalogue
from app.models.folder import ModelFolder
from app.models.getting import Getting
from app.models.keeper import Answers, Loading, ModelKeeper
from app.models.machine import Machine
from app.web import Pages, error_handlers, routers
from tests.models.source import FILE, TINY, Source, running, status
from tests.models.test_fetch import starter
from tests.web.fake_desk import FakeDesk, FixedClock

HOME = Path(__file__).parents[2]


@dataclass
class Stage:
    """The page around a fake desk, and who was asked to answer."""

    client: TestClient
    keeper: ModelKeeper
    desk: FakeDesk
    used: list[Path | None] = field(default_factory=list[Path | None])
    loading: Loading = ""


@pytest.fixture
def source(tmp_path: Path) -> Iterator[tuple[Source, ssl.SSLContext]]:
    with running(TINY.read_bytes(), tmp_path) as found:
        yield found


def staged(catalogue: Catalogue, folder: ModelFolder, getting: Getting) -> Iterator[Stage]:
    desk = FakeDesk()
    desk.open = True

    async def use(path: Path | None) -> None:
        stage.used.append(path)
        desk.brain = "guided" if path is None else "model"

    keeper = ModelKeeper(catalogue, folder, getting, Machine(16 * 2**30, 8), Answers(use, lambda: stage.loading))
    pages = Pages(desk, HOME, FixedClock())
    pages.models = keeper
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, exception_handlers=error_handlers(pages))
    for router in routers(pages):
        app.include_router(router)
    with TestClient(app, headers={"accept-language": "nl"}) as client:
        stage = Stage(client, keeper, desk)
        yield stage


@pytest.fixture
def stage(source: tuple[Source, ssl.SSLContext], tmp_path: Path) -> Iterator[Stage]:
    folder = ModelFolder(tmp_path / "models")
    yield from staged(source[0].catalogue(), folder, Getting(folder, starter(source[0], tmp_path)))


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Stage]:
    folder = ModelFolder(tmp_path / "models")
    yield from staged(load_catalogue(HOME), folder, Getting(folder))


def settled(stage: Stage) -> None:
    portal = stage.client.portal
    assert portal is not None
    portal.call(stage.keeper.getting.settled)


def test_everything_is_said_before_anything_happens(real: Stage) -> None:
    page = real.client.get("/taalmodel").text
    internet = page.index("Halen maakt één keer verbinding met internet, met huggingface.co.")
    assert internet < page.index("/taalmodel/halen")
    for fact in ("Apache-2.0", "Google", "ongeveer 4.2 GB", "Niet gemeten door dit project.", "Past bij deze laptop"):
        assert fact in page
    assert not real.keeper.folder.path.exists()


def test_a_model_is_got_chosen_and_taken_away_without_scripts(stage: Stage) -> None:
    assert "Haal Tiny" in stage.client.get("/taalmodel").text
    assert stage.client.post("/taalmodel/halen", data={"name": "tiny"}).status_code == 200
    settled(stage)
    assert "Tiny staat klaar." in stage.client.get("/taalmodel").text
    assert "Nu antwoordt een taalmodel." in stage.client.post("/taalmodel/kies", data={"file": FILE}).text
    assert stage.used == [stage.keeper.folder.place(FILE)]
    assert "Nu antwoordt het vaste programma." in stage.client.post("/taalmodel/weg", data={"file": FILE}).text
    assert stage.used[-1] is None
    assert stage.keeper.folder.installed() == ()


def test_what_goes_wrong_is_one_plain_sentence_and_a_way_on(
    stage: Stage, source: tuple[Source, ssl.SSLContext]
) -> None:
    source[0].answers = [status(404)]
    stage.client.post("/taalmodel/halen", data={"name": "tiny"})
    settled(stage)
    page = stage.client.get("/taalmodel").text
    assert "De site geeft dit bestand niet." in page
    assert "Ga verder met Tiny" in page


def test_the_progress_asks_again_only_while_something_is_on_its_way(
    stage: Stage, source: tuple[Source, ssl.SSLContext]
) -> None:
    from app.models.getting import Progress

    stage.keeper.getting.progress = Progress("tiny", "running", 250_000_000, 1_000_000_000, 5_000_000.0)
    fragment = stage.client.get("/taalmodel/voortgang").text
    assert "25 procent van 1.0 GB, 5.0 MB per seconde, nog ongeveer 2 minuten" in fragment
    assert "every 2s" in fragment
    assert "Ververs deze pagina" in fragment
    stage.keeper.getting.progress = Progress("tiny", "paused", 250_000_000, 1_000_000_000)
    assert "every 2s" not in stage.client.get("/taalmodel/voortgang").text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/taalmodel/halen", {"name": "https://elsewhere.example/x"}),
        ("/taalmodel/kies", {"file": "../../x.gguf"}),
        ("/taalmodel/kies", {"file": "away.gguf"}),
        ("/taalmodel/weg", {"file": "/etc/passwd"}),
    ],
)
def test_names_that_lead_elsewhere_are_refused_without_an_echo(stage: Stage, path: str, data: dict[str, str]) -> None:
    answer = stage.client.post(path, data=data)
    assert answer.status_code == 422
    assert next(iter(data.values())) not in answer.text
    assert 'role="alert"' in answer.text


def test_a_locked_desk_shows_nothing_of_it(stage: Stage) -> None:
    stage.desk.open = False
    assert stage.client.get("/taalmodel", follow_redirects=False).headers["location"] == "/"
    assert stage.client.post("/taalmodel/halen", data={"name": "tiny"}, follow_redirects=False).status_code == 303
    assert stage.keeper.getting.progress.phase == "none"


def test_both_languages_say_why_a_model_is_offered(real: Stage) -> None:
    from dataclasses import replace

    from guardrails.values import Language

    real.desk.preferences = replace(real.desk.preferences, language=Language.EN)
    page = real.client.get("/taalmodel").text
    assert "strong in Dutch on a public list" in page
    assert asyncio.run(real.keeper.shelf()).offered[0].advised
