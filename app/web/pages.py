"""What every page needs, built once: the desk, the words in both languages and the templates."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.conversation.clock import Clock
from app.conversation.values import Phase, Preferences
from app.models.keeper import ModelKeeper
from app.tools.tool import Tools, load_tools
from app.web.chat.answers import load_answers
from app.web.door import DeskDoor
from app.web.privacy.measured import Measured
from app.web.words import LANGUAGES, Words, load_words
from guardrails.values import Card, Country, Language

STATIC = "/static/"
"""Prefix of the files that need no session: style, scripts, icon."""

_FIRST_CARDS = 2
_HTMX_CONFIG = (
    '{"history": false, "includeIndicatorCSS": false, "extensions": "sse", "mode": "same-origin",'
    ' "defaultSwap": "none", "transitions": false}'
)


@dataclass(frozen=True, slots=True)
class Outside:
    """All that outlives a lock: no word of the person, only what the locked page and the help page need."""

    language: Language | None = None  # None: nothing was chosen yet
    country: Country | None = None
    opening: int = 0
    away: bool = False


Measure = Callable[[], Awaitable[Measured]]


def _nothing(_: Outside) -> None:
    pass


class Pages:
    """The one object all routes share.

    It remembers the language and country chosen before anything is open, and whether *Snel weg* was used:
    all of it in memory, about the person in front of this one laptop.
    """

    def __init__(
        self,
        desk: DeskDoor,
        home: Path,
        clock: Clock,
        outside: Outside | None = None,
        locked: Callable[[Outside], None] = _nothing,
    ) -> None:
        """`outside` is what an earlier process of this run handed on; `locked` hears of each lock of an open desk."""
        before = outside or Outside()
        self.desk, self.clock, self.home = desk, clock, home
        self.opening = before.opening  # rises with each lock: a tab that shows an older one draws itself anew
        self.away = before.away  # *Snel weg* was used: Back must not lead into the program
        self._words, self._tools = load_words(home), load_tools(home)
        self.answers, self.home = load_answers(home), home
        self._chosen = _chosen_before(before)
        self._locked = locked
        self.measure: Measure | None = None  # who measures for the privacy panel
        self.models: ModelKeeper | None = None  # None: who answers cannot be changed in the page
        self.responsible = ""  # who answers for this program; "": not set at installation
        self._templates = templates_in()

    # -- who is here -----------------------------------------------------------------------------

    def preferences(self, request: Request) -> Preferences:
        """Those of the desk when it is open; before that what was chosen here, or what the browser speaks."""
        if self.desk.phase is Phase.OPEN:
            return self.desk.preferences
        if self._chosen is None:
            first = request.headers.get("accept-language", "nl").strip().lower()
            language = Language.EN if first.startswith("en") else Language.NL
            return replace(self.desk.preferences, language=language)
        return self._chosen

    async def prefer(self, preferences: Preferences) -> None:
        """Keep what was chosen: in the desk when it is open, else in memory until something is."""
        self._chosen = _outside(preferences)
        if self.desk.phase is Phase.OPEN:
            await self.desk.set_preferences(preferences)

    def words(self, request: Request) -> Words:
        language = self.preferences(request).language
        return self._words[language if language in LANGUAGES else Language.NL]

    def tools(self, request: Request) -> Tools:
        """The tools in the language of the page."""
        return self._tools[self.words(request).language]

    # -- answers ---------------------------------------------------------------------------------

    def fragment(self, request: Request, template: str, **context: Any) -> str:
        """A piece of HTML; every value is escaped by the template."""
        return self._templates.get_template(template).render(self._context(request), **context)

    def page(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page; each carries the help itself."""
        cards = self.cards(request)
        context |= {"first_cards": cards[:_FIRST_CARDS], "more_cards": cards[_FIRST_CARDS:]}
        return HTMLResponse(self.fragment(request, template, **context), status_code=status)

    def refusal(self, request: Request, status: int, code: str = "") -> Response:
        """A page of one sentence; nothing of what was sent comes back in it."""
        words = self.words(request)
        key = f"error.{code or status}"
        sentence = words.say(key if words.has(key) else "error.500")
        if by_htmx(request):
            return HTMLResponse(self.fragment(request, "layout/_notice.html", sentence=sentence), status_code=status)
        return self.page(request, "errors/error.html", status=status, sentence=sentence)

    def goto(self, request: Request, path: str) -> Response:
        """See another page: for a form without JavaScript and for htmx."""
        if by_htmx(request):
            return Response(status_code=204, headers={"HX-Redirect": path})
        return RedirectResponse(path, status_code=303)

    @property
    def closed(self) -> bool:
        return self.desk.phase is not Phase.OPEN

    async def lock(self) -> None:
        """Close the desk. Open tabs see by `opening` that what they show is of an earlier time."""
        was_open = self.desk.phase is Phase.OPEN
        if was_open:
            self._chosen = _outside(self.desk.preferences)
        await self.desk.lock()
        self.opening += 1
        if was_open:
            self._locked(self._handed_on())

    def cards(self, request: Request) -> tuple[Card, ...]:
        chosen = self.preferences(request)
        return self.desk.help_cards(chosen.country, chosen.language)

    def _own_plan(self, request: Request) -> str:
        """The person's safety plan, one tap away; not for who asks for the help page without a session."""
        known = self.desk.phase is Phase.OPEN and getattr(request.state, "page_token", "")
        return self.desk.papers.safety_plan() if known else ""

    def _handed_on(self) -> Outside:
        chosen = self._chosen
        language, country = (chosen.language, chosen.country) if chosen else (None, None)
        return Outside(language, country, self.opening, self.away)

    def _context(self, request: Request) -> dict[str, object]:
        words = self.words(request)
        return {
            "t": words.say,
            "lines": words.all,
            "words": words,
            "language": words.language.value,
            "preferences": self.preferences(request),
            "countries": tuple(Country),
            "phase": self.desk.phase.value,
            "open": self.desk.phase is Phase.OPEN,
            "kept": self.desk.kept,
            "brain": self.desk.brain,
            "opening": self.opening,
            "away": self.away,
            "has_models": self.models is not None,
            "token": getattr(request.state, "page_token", ""),
            "own_plan": self._own_plan(request),
            "back": request.url.path,
            "static": STATIC,
            "htmx_config": _HTMX_CONFIG,
        }


def templates_in(*folders: Path, **known: object) -> Environment:
    """The templates of these folders over those of the person's pages; `known` are functions they may call."""
    made = Environment(
        loader=FileSystemLoader([*folders, Path(__file__).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    cast("dict[str, object]", made.globals).update(known)  # pyright: ignore[reportUnknownMemberType]
    return made


def _outside(preferences: Preferences) -> Preferences:
    """What may outlive a lock: language and country, which the lock and the help page need."""
    return Preferences(language=preferences.language, country=preferences.country)


def _chosen_before(outside: Outside) -> Preferences | None:
    if outside.language is None or outside.country is None:
        return None
    return Preferences(language=outside.language, country=outside.country)


def by_htmx(request: Request) -> bool:
    """Does the page itself ask, and not the browser for a whole page?"""
    return request.headers.get("hx-request") == "true"
