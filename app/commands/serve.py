"""`serve`: the person's program, on 127.0.0.1 only, until it is told to stop."""

from collections.abc import Sequence

from app.commands.arguments import Arguments
from app.commands.saying import CommandError
from app.settings import Settings, SettingsError, read_settings

_SENTENCES = frozenset({"port", "model", "data_dir", "api_token"})


def run(words: Sequence[str]) -> int:
    """Serve; 0 after SIGTERM or Ctrl-C. Raises `CommandError`."""
    settings = _settings(words)
    from app.commands.serving.process import serve  # what a server is made of is loaded after its settings

    return serve(settings)


def _settings(words: Sequence[str]) -> Settings:
    parser = Arguments("serve")
    parser.add_argument("--port")
    parser.add_argument("--data-dir")
    parser.add_argument("--model")
    parser.add_argument("--ephemeral", action="store_true", default=None)
    parser.add_argument("--api", action="store_true", default=None)
    parser.add_argument("--no-browser", action="store_true", default=None)
    parser.add_argument("--bind-container", action="store_true", default=None)
    try:
        return read_settings(**vars(parser.parse_args(words)))
    except SettingsError as error:
        known = error.name in _SENTENCES
        raise CommandError(error.name if known else "setting", code=2, name=error.name) from None
