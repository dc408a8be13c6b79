"""`url`: a fresh address, valid once, from the server that runs with this data folder."""

import http.client
import json
from collections.abc import Sequence

from app.commands.arguments import Arguments
from app.commands.saying import CommandError, say
from app.commands.serving.runfile import RunFile
from app.settings import SettingsError, read_settings

_SECONDS = 5.0


def run(words: Sequence[str]) -> int:
    """Print the address. Raises `CommandError` when nothing runs here or it does not answer."""
    parser = Arguments("url")
    parser.add_argument("--data-dir")
    try:
        settings = read_settings(**vars(parser.parse_args(words)))
    except SettingsError as error:
        raise CommandError("setting", code=2, name=error.name) from None
    running = RunFile.of_running(settings.data_dir)
    if running is None:
        raise CommandError("not_running")
    say("url", url=f"http://127.0.0.1:{running.port}{_ask(running)}")
    return 0


def _ask(running: RunFile) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=_SECONDS)
    try:
        connection.request("POST", "/start", headers={"Authorization": f"Bearer {running.secret}"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise CommandError("no_answer")
        return str(json.loads(answer.read())["launch"])
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        raise CommandError("no_answer") from None
    finally:
        connection.close()
