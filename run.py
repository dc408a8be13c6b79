"""Start Klankbord: makes everything ready on a fresh machine, then runs `python -m app serve`.

Usage: python3 run.py [--test|--check|--bench|--torture|--studio|--probe|--train|--lock|--setup] [arguments]
Or: python3 run.py [--sbom|--licences|--audit], for what is shipped.
Without the first word, the arguments go to `serve`. Kept readable for old Pythons, so that they can say so.
"""

import sys

TOO_OLD = """\
Klankbord heeft Python 3.11 of nieuwer nodig, dit is {found}: {command}
Klankbord needs Python 3.11 or newer, this is {found}: {command}"""
COMMANDS = {
    "darwin": "brew install python",
    "win32": "winget install Python.Python.3.13",
    "linux": "sudo apt install python3.11 python3.11-venv (Fedora: sudo dnf install python3.11)",
}


def old_python(version, platform):
    """The sentence for a Python that is too old, "" for one that will do."""
    if tuple(version[:2]) >= (3, 11):
        return ""
    command = COMMANDS.get(platform, COMMANDS["linux"])
    return TOO_OLD.format(found=".".join(map(str, version[:2])), command=command)


def main():
    """Say that Python is too old, or hand over to app/setup."""
    sentence = old_python(sys.version_info, sys.platform)
    if sentence:
        sys.stderr.write(sentence + "\n")
        return 1
    from app.setup.tasks import main as start

    return start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
