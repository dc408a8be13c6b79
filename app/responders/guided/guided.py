"""The guided responder: looks at the conversation, picks its sentences, and gives them one by one."""

from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

from app.responders.guided.data import GuidedData, load_guided
from app.responders.guided.moves import reply
from app.responders.guided.scene import scene
from app.responders.protocol import Request
from guardrails.values import Language


class GuidedResponder:
    """Answers at once. A pure function of the shown conversation: the same conversation gives the same reply."""

    name = "guided"

    def __init__(self, data: Mapping[Language, GuidedData]) -> None:
        self._data = data

    @classmethod
    def load(cls, home: Path) -> "GuidedResponder":
        """Read the reviewed texts of both languages under `home`; raises `GuidedDataError`."""
        return cls({language: load_guided(home, language) for language in (Language.NL, Language.EN)})

    async def reply(self, request: Request) -> AsyncGenerator[str]:
        data = self._data.get(request.plan.language, self._data[Language.NL])
        for sentence in reply(scene(request, data)):
            yield sentence + " "

    async def aclose(self) -> None:
        """Nothing is held."""
