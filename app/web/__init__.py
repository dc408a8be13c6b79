"""The person's pages: routes, templates, words and static files, handed to the factory as routers."""

from fastapi import APIRouter

from app.web.chat.keeping import keeping_router
from app.web.chat.routes import chat_router
from app.web.errors.routes import error_handlers
from app.web.evidence.routes import evidence_router
from app.web.help.routes import help_router
from app.web.history.files import files_router
from app.web.history.routes import history_router
from app.web.incident.routes import incident_router
from app.web.learn.routes import learn_router
from app.web.model.routes import model_router
from app.web.pages import STATIC, Pages
from app.web.privacy.routes import privacy_router
from app.web.quit.routes import quit_router
from app.web.safekeeping.routes import safekeeping_router
from app.web.settings.routes import settings_router
from app.web.start.routes import start_router
from app.web.static_files import static_router
from app.web.tools.routes import tools_router
from app.web.unlock.routes import unlock_router
from app.web.usage.routes import usage_router
from app.web.why.routes import why_router

__all__ = ["STATIC", "Pages", "error_handlers", "routers"]


def routers(pages: Pages) -> list[APIRouter]:
    """Every route of the person's program."""
    return [
        static_router(),
        start_router(pages),
        chat_router(pages),
        keeping_router(pages),
        files_router(pages),
        history_router(pages),
        usage_router(pages),
        help_router(pages),
        quit_router(pages),
        unlock_router(pages),
        settings_router(pages),
        tools_router(pages),
        safekeeping_router(pages),
        model_router(pages),
        privacy_router(pages),
        why_router(pages),
        incident_router(pages),
        learn_router(pages, pages.home),
        evidence_router(pages),
    ]
