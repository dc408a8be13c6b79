"""The house keeps its arrows: who may import whom, and nothing happens when a module is imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "guardrails": {"guardrails"},
    "app/tools": {"guardrails", "app.tools"},
    "app/conversation": {"guardrails", "app.conversation", "app.responders.protocol", "app.tools"},
    "app/responders/guided": {"guardrails", "app.responders"},
    "app/responders/scripted": {"guardrails", "app.responders"},
    "app/responders/llama": {"guardrails", "app.responders", "app.hardening", "app.log"},
    "app/responders/remote": {"guardrails", "app.responders"},
    "app/models": {"app.models", "app.vault.files", "app.vault.errors"},
    "app/vault": {"guardrails", "app.vault", "app.conversation", "app.log"},
    "app/web": {"guardrails", "app.web", "app.models", "app.conversation", "app.tools", "app.log", "app.settings"},
    "app/api": {"guardrails", "app.api", "app.conversation", "app.log", "app.responders.protocol", "app.web.security"},
    "app/protections": {
        "app.protections",
        "app.hardening",
        "app.vault.driver",
        "app.web.security.egress",
        "app.commands.serving.listener",
    },
    "app/supply": {"app.supply", "app.protections"},
    "app/hardening": {"app.hardening"},
    "app/evidence": {"guardrails", "app.evidence", "app.conversation", "app.responders"},
    "app/setup": {"app.setup"},
    "app/studio": {"guardrails", "app.studio", "app.web", "app.vault", "app.conversation", "app.responders", "app.log"},
    "app/probe": {
        "guardrails",
        "app.probe",
        "app.web",
        "app.conversation",
        "app.responders",
        "app.evidence",
        "app.log",
    },
}
ONLY_HERE = {
    "llama_cpp": "app/responders/llama",
    "sqlcipher3": "app/vault",
    "argon2": "app/vault",
    "sklearn": "guardrails/statistics",
    "numpy": "guardrails/statistics",
    "fastapi": "app",
    "h11": "app/responders/remote",
}
NETWORK = {"requests", "httpx", "aiohttp", "urllib.request", "http.client", "urllib3", "huggingface_hub"}
BROAD = {  # one at each boundary of a process, and where the guard closes
    "app/__main__.py",
    "app/api/routes.py",
    "app/api/turn.py",
    "app/commands/check.py",
    "app/conversation/desk.py",
    "app/conversation/turn.py",
    "app/studio/answering.py",
    "app/studio/changefile.py",
    "app/probe/bench.py",
    "app/web/security/layer.py",
}
LINES, FUNCTION = 350, 50


def modules(folder: str = "") -> list[Path]:
    """Python files of the program below a folder."""
    roots = [HOME / folder] if folder else [HOME / "app", HOME / "guardrails"]
    return sorted(path for root in roots for path in root.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def under(name: str, rooms: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def place(path: Path) -> str:
    return path.relative_to(HOME).as_posix()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    strangers = {
        f"{place(path)}: {name}"
        for path in modules(room)
        for name in imports(path)
        if under(name, {"app", "guardrails"}) and not under(name, MAY_IMPORT[room])
    }
    assert strangers == set()


@pytest.mark.parametrize("library", ONLY_HERE)
def test_a_library_is_known_in_one_room_only(library: str) -> None:
    users = {place(path) for path in modules() if any(under(name, {library}) for name in imports(path))}
    assert {user for user in users if not user.startswith(ONLY_HERE[library])} == set()


def test_nothing_of_the_program_imports_a_network_client() -> None:
    """But `url`, which asks the running program on this machine, and the getting of a model, a process of its own."""
    users = {place(p) for p in modules() for name in imports(p) if name in NETWORK}
    assert users == {"app/commands/url.py", "app/models/download.py"}


def test_the_program_of_a_person_has_no_way_to_a_model_on_another_server() -> None:
    users = {place(p) for p in modules() for name in imports(p) if under(name, {"app.responders.remote"})}
    houses = ("app/responders/remote/", "app/studio/", "app/probe/", "app/commands/studio", "app/commands/probe")
    assert [user for user in users if not user.startswith(houses)] == []


def test_only_the_process_that_gets_a_model_knows_how_to_download() -> None:
    users = {place(p) for p in modules() for name in imports(p) if name == "app.models.download"}
    assert users == {"app/models/fetch.py"}
    assert {place(p) for p in modules() for name in imports(p) if name == "app.models.fetch"} == set()


def test_every_module_begins_with_a_sentence_that_says_what_it_is() -> None:
    silent = [place(p) for p in modules() if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert silent == []


def test_nothing_is_called_while_a_module_of_the_program_is_imported() -> None:
    """A bare call on the top level of a module is work at import; making a constant is not."""
    busy = [
        place(path)
        for path in modules()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    assert busy == []


def test_files_and_functions_stay_small() -> None:
    long = [f"{place(p)}: {n}" for p in modules() if (n := len(p.read_text(encoding="utf-8").splitlines())) > LINES]
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno
                long += [f"{place(path)}:{node.name} {length}"] if length > FUNCTION else []
    values = [entry for entry in long if not entry.startswith("guardrails/values.py")]  # a list of words, not a room
    assert values == []


def test_a_broad_except_stands_only_where_something_closes() -> None:
    broad = {
        place(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    }
    assert broad <= BROAD
