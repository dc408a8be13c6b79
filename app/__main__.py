"""`python -m app <command>`: looks up the command and nothing else; each imports what it needs itself."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from app.commands.saying import CommandError, complain
from app.log import log_failure

COMMANDS: Mapping[str, str] = {
    "serve": "app.commands.serve",
    "url": "app.commands.url",
    "check": "app.commands.check",
    "evidence": "app.commands.evidence",
    "probe": "app.commands.probe",
    "vault": "app.commands.vault",
    "models": "app.commands.models",
    "doctor": "app.commands.doctor",
    "uninstall": "app.commands.uninstall",
    "studio": "app.commands.studio",
}


def main(words: Sequence[str]) -> int:
    """The exit code: 0, or 1 after a sentence on standard error, or 2 when the words are no command."""
    name = words[0] if words else ""
    if name in ("-h", "--help", ""):
        complain("usage", usage="{" + ",".join(COMMANDS) + "} …")
        return 2 if name == "" else 0
    if name not in COMMANDS:
        complain("unknown_command", commands=", ".join(COMMANDS))
        return 2
    run: Callable[[Sequence[str]], int] = import_module(COMMANDS[name]).run
    try:
        return run(words[1:])
    except CommandError as error:
        complain(error.key, **error.fields)
        return error.code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of our output is gone
        return 1
    except Exception as error:  # noqa: BLE001, the end of the program: Python would print the error's text
        log_failure(error)
        complain("stopped")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
