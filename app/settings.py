"""The settings of one run: environment first, flags above it, read once and frozen."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

GUIDED = "guided"
RESPONSIBLE_FILE = "responsible.txt"
_MOST_RESPONSIBLE = 200


class SettingsError(Exception):
    """A setting cannot be used. `name` is the setting, never its value."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def default_data_dir() -> Path:
    """Where programs of this system keep a user's data."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "Klankbord"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Klankbord"
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "share") / "klankbord"


class Settings(BaseSettings):
    """`KLANKBORD_DATA_DIR`, `_PORT`, `_MODEL`, `_MODELS_DIR`, `_API_TOKEN`, `_RESPONSIBLE` and the flags of `serve`."""

    model_config = SettingsConfigDict(
        env_prefix="KLANKBORD_",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    port: int = Field(default=0, ge=0, le=65535)  # 0: any free one
    model: str = GUIDED  # path of a GGUF, or `guided`
    models_dir: Path | None = None  # where models are kept; None: `models` below the data folder
    api_token: SecretStr | None = None  # from the environment only: a flag can be read by others
    responsible: str = ""  # who answers for this program, with how to reach them
    ephemeral: bool = False
    api: bool = False
    no_browser: bool = False
    bind_container: bool = False  # all addresses of a container; refused elsewhere

    @property
    def keeps_nothing(self) -> bool:
        """A testers' server never has a vault."""
        return self.ephemeral or self.api

    @property
    def models_path(self) -> Path:
        return self.models_dir or self.data_dir / "models"

    @property
    def model_was_named(self) -> bool:
        """Whether this run was told who answers; else the choice made on the page holds."""
        return "model" in self.model_fields_set

    @property
    def model_path(self) -> Path | None:
        """The GGUF that was asked for, whether it exists or not; None for the guided conversation."""
        return None if self.model == GUIDED else Path(self.model).expanduser()


def read_settings(**flags: Any) -> Settings:
    """The settings of this run; flags that are None were not given. Raises `SettingsError`."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise SettingsError(str(error.errors(include_input=False)[0]["loc"][0])) from None
    if "://" in settings.model:  # a model on another server is never for a person's own talk
        raise SettingsError("model")
    token = settings.api_token
    if settings.api and (token is None or not token.get_secret_value().strip()):
        raise SettingsError("api_token")
    return settings


def who_is_responsible(settings: Settings) -> str:
    """One line: the setting, else the file `responsible.txt` in the data folder; "" when neither says it."""
    text = settings.responsible
    if not text.strip():
        with suppress(OSError, UnicodeDecodeError):
            text = (settings.data_dir / RESPONSIBLE_FILE).read_text(encoding="utf-8")
    line = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(line.split())[:_MOST_RESPONSIBLE].rstrip(".")


def plain(settings: Settings) -> dict[str, Any]:
    """The settings as plain data, for the next process of the same run; the token stays in the environment."""
    return settings.model_dump(mode="json", exclude={"api_token"})


def settings_again(data: Mapping[str, Any]) -> Settings:
    """What `plain` gave, as settings."""
    return Settings(**data)
