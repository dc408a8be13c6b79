"""A house of its own for each test: the part that sets up, and locks that name one small package made here."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    code: int
    said: str
    complained: str


@dataclass(frozen=True)
class Checkout:
    """A folder with run.py and app/setup, where nothing is set up yet."""

    root: Path

    def run(
        self, *words: str, missing: tuple[str, ...] = (), path: str | None = None, lang: str = "nl_NL.UTF-8"
    ) -> Ran:
        """`python run.py …` as a person would; `missing`: parts that this Python does not have."""
        return self._python("run.py", *words, missing=missing, path=path, lang=lang)

    def install(self, lock: str = "requirements.lock") -> Ran:
        """What every task does first."""
        code = (
            "import sys; from pathlib import Path; from app.setup.environment import House, install\n"
            "from app.setup.sentences import SetupError, sentence\n"
            "try: install(House(Path.cwd()), sys.argv[1])\n"
            "except SetupError as error: sys.exit(sentence(error.message_id, error.log))"
        )
        return self._python("-c", code, lock)

    def lock(self, *wheels: Path) -> None:
        lines = [f"{w.name.split('-')[0]} @ {w.as_uri()} --hash=sha256:{_digest(w)}" for w in wheels]
        (self.root / "requirements.lock").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def has(self, module: str) -> str:
        """The version of a package in the environment that was made, "" when it is not there."""
        python = self.root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        asked = subprocess.run(
            [python, "-c", f"import {module}; print({module}.VERSION)"], capture_output=True, text=True, check=False
        )
        return asked.stdout.strip()

    def _python(
        self, *words: str, missing: tuple[str, ...] = (), path: str | None = None, lang: str = "nl_NL.UTF-8"
    ) -> Ran:
        blocked = self.root / "blocked"
        blocked.mkdir(exist_ok=True)
        lines = ["import sys", *(f"sys.modules[{name!r}] = None" for name in missing)]
        (blocked / "sitecustomize.py").write_text("\n".join(lines), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if name not in ("KLANKBORD_BROWSER", "CXX")}
        more = {"PATH": os.environ["PATH"] if path is None else path, "LC_ALL": lang, "PYTHONPATH": str(blocked)}
        done = subprocess.run(
            [sys.executable, *words], cwd=self.root, env={**kept, **more}, capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, done.stderr)


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """The smallest package there is, made here so that nothing is fetched."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    return path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "klankbord"
    root.mkdir()
    shutil.copy(HOME / "run.py", root)
    shutil.copytree(HOME / "app" / "setup", root / "app" / "setup", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOME / "app" / "__init__.py", root / "app")
    for lock in HOME.glob("requirements*.lock"):
        shutil.copy(lock, root)
    return Checkout(root)
