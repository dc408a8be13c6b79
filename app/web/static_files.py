"""Style, scripts and icon, read once; htmx comes from the installed django_htmx package, never imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

_OWN = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
HTMX_FILES = {"htmx.js": "htmx-4.min.js", "hx-sse.js": "ext/hx-sse-4.min.js"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """Bytes and their content type."""

    content: bytes
    media_type: str


def htmx_folder() -> Path:
    """Where the package keeps htmx. Found by its spec: importing it would need Django."""
    spec = find_spec("django_htmx")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("htmx is not installed: run `make run`, which installs everything")
    return Path(spec.submodule_search_locations[0]) / "static" / "django_htmx"


def static_files() -> Mapping[str, StaticFile]:
    """Name to file, for `/static/<name>`."""
    files = {
        path.name: StaticFile(path.read_bytes(), _TYPES[path.suffix])
        for path in sorted(_OWN.iterdir())
        if path.suffix in _TYPES
    }
    for name, source in HTMX_FILES.items():
        files[name] = StaticFile((htmx_folder() / source).read_bytes(), _TYPES[".js"])
    return files


def static_router() -> APIRouter:
    files = static_files()
    router = APIRouter()

    @router.get("/static/{name}", include_in_schema=False)
    async def static_file(name: str) -> Response:
        found = files.get(name)
        if found is None:
            raise HTTPException(404)
        return Response(found.content, media_type=found.media_type)

    return router
