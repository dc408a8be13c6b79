"""What a tester may ask: the parts of the OpenAI request that count here, and our own field `klankbord`."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.api.errors import ApiError
from guardrails.values import Country

_LOOSE = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)
_EXACT = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)
_PLACES = frozenset(
    {
        "messages",
        "role",
        "content",
        "type",
        "text",
        "n",
        "stream",
        "stream_options",
        "include_usage",
        "model",
        "klankbord",
    }
) | {
    "session",
    "minutes",
    "country",
}
MINUTES_OF_A_DAY = 24 * 60


class _TextPart(BaseModel):
    model_config = _LOOSE
    type: Literal["text"]
    text: str


class _Said(BaseModel):
    model_config = _LOOSE
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_TextPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "".join(part.text for part in self.content)
        return self.content or ""


class _Simulated(BaseModel):
    """The clock as a tester wants it: minutes of talking since the last rest, and messages sent."""

    model_config = _EXACT
    minutes: Annotated[float, Field(ge=0, le=MINUTES_OF_A_DAY, allow_inf_nan=False)] = 0.0
    messages: Annotated[int, Field(ge=0, le=100_000)] = 0


class _Own(BaseModel):
    model_config = _EXACT
    session: _Simulated = _Simulated()
    country: Annotated[Country, Field(strict=False)] = Country.NL


class _StreamOptions(BaseModel):
    model_config = _LOOSE
    include_usage: bool | None = None


class Asked(BaseModel):
    """Sampling and all other fields are accepted and ignored."""

    model_config = _LOOSE
    messages: Annotated[list[_Said], Field(min_length=1)]
    model: str = "klankbord"
    stream: bool | None = False
    stream_options: _StreamOptions | None = None
    n: int | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    klankbord: _Own = _Own()

    @property
    def wants_usage(self) -> bool:
        """Whether a stream has to end with a chunk that counts."""
        return self.stream_options is not None and bool(self.stream_options.include_usage)

    @classmethod
    def read(cls, body: bytes) -> "Asked":
        """Raises `ApiError` 400 for everything that is not answered."""
        try:
            asked = cls.model_validate_json(body)
        except ValidationError as error:
            raise _refusal(error) from None
        except RecursionError:
            raise ApiError(400, "The body is nested too deep.") from None
        asked.check()
        return asked

    def check(self) -> None:
        if self.n not in (None, 1):
            raise ApiError(400, "Only one reply can be asked for: n is 1.", "n")
        if self.tools or self.functions:
            raise ApiError(400, "Tools are not offered here.", "tools")
        last = self.messages[-1]
        if last.role != "user":
            raise ApiError(400, "The last message must be of the user.", "messages")
        if not last.text.strip():
            raise ApiError(400, "The last message holds no text.", "messages")

    def talk(self) -> tuple[tuple[Literal["user", "assistant"], str], ...]:
        """What was said by the person and shown to them; instructions of a system do not exist here."""
        return tuple(
            ("user" if said.role == "user" else "assistant", said.text)
            for said in self.messages
            if said.role in ("user", "assistant") and said.text
        )


def _refusal(error: ValidationError) -> ApiError:
    """Which field is wrong, by names of the contract only: a key may be somebody's words as well."""
    place = error.errors(include_input=False, include_url=False, include_context=False)[0]["loc"]
    known = [str(name) for name in place if isinstance(name, int) or name in _PLACES]
    if not known:
        return ApiError(400, "The body must be a JSON object with messages.")
    return ApiError(400, "This field is missing or has another type than it should.", ".".join(known))
