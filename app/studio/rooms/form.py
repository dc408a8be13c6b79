"""A form as it was sent: short texts, trimmed, within bounds."""

from fastapi import Request

from app.studio.values import Picture, StudioError

LONGEST = 8000  # characters of one field


class Form:
    """Raises `StudioError` for what is missing or too long."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    @classmethod
    async def of(cls, request: Request) -> "Form":
        sent = await request.form()
        return cls([(name, value) for name, value in sent.multi_items() if isinstance(value, str)])

    def text(self, name: str, *, most: int = LONGEST) -> str:
        found = next((value for key, value in self._fields if key == name), "")
        found = found.replace("\r\n", "\n").strip()
        if len(found) > most:
            raise StudioError("too_long", 413)
        return found

    def must(self, name: str, *, most: int = LONGEST) -> str:
        found = self.text(name, most=most)
        if not found:
            raise StudioError("missing")
        return found

    def secret(self, name: str) -> str:
        """As typed: a passphrase keeps its spaces."""
        return next((value for key, value in self._fields if key == name), "")

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        found = self.text(name)
        if found not in allowed:
            raise StudioError("missing")
        return found

    def several(self, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for key, value in self._fields if key == name and value in allowed))

    def yes(self, name: str) -> bool:
        return self.text(name) == "yes"

    def person(self, picture: Picture) -> str:
        """Who says this: someone who takes part."""
        return self.one_of("person", tuple(person.id for person in picture.people))
