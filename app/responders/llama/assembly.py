"""Puts a whole prompt together within the tokens a context can hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.responders.llama.history import BREAK, Turn, as_turns, first_kept, remembered, shorten
from app.responders.llama.template import ChatTemplate, Section, TemplateError, Tokenise, tokens_of

NO_LABELS = ("", "")
MEMORY_SHARE = 8  # the lines about turns that were dropped take at most this part of the room for turns
MARKERS = 16  # tokens that a template may put around one message; no offered model has more


@dataclass(frozen=True, slots=True)
class Assembler:
    """`context` tokens in all; `start` is put first when the template does not (None: never)."""

    template: ChatTemplate
    tokenise: Tokenise
    context: int
    start: int | None = None

    def prompt(
        self,
        *,
        system: str,
        messages: Sequence[tuple[str, str]],
        directions: str,
        room: int,
        labels: tuple[str, str] = NO_LABELS,
    ) -> list[int]:
        """Tokens of the prompt, leaving `room` tokens for the reply. Raises ValueError, TemplateError.

        `labels` stand above what the person said, and what was answered, in turns that no longer fit.
        """
        head = (Turn("system", (system,)),) if system else ()
        turns = as_turns(messages, directions)
        limit = self.context - room
        sections = self._sections((*head, *turns))
        known = limit - min(limit // 2, len(self._turn_tokens(head)) + MARKERS)
        memory = known // MEMORY_SHARE if any(labels) else 0
        kept = first_kept(_costs(sections[-len(turns) :], most=known // 2), known - memory)
        while True:
            shown = self._remembering(turns, 2 * kept, labels, memory)
            tokens = self._join((*head, *shown), most=known // 2)
            if len(tokens) <= limit:
                return tokens
            kept += 1
            if 2 * kept >= len(turns):
                raise TemplateError

    def _remembering(self, turns: Sequence[Turn], start: int, labels: tuple[str, str], most: int) -> Sequence[Turn]:
        """The turns from `start` on; the first opens with what stood in those before, in at most `most` tokens."""
        kept = turns[start:]
        if not start or not kept or not most:
            return kept
        for lines in range(12, 0, -1):
            text = remembered(turns[:start], labels, lines)
            if text and len(self.tokenise(text, False)) <= most:
                return (Turn(kept[0].role, (text, BREAK, *kept[0].parts)), *kept[1:])
        return kept

    def opening(self, system: str) -> list[int]:
        """The tokens that begin every prompt with this system text, up to the person's first word."""
        turns = (Turn("system", (system,)), Turn("user", ("",)))
        pieces = self.template.pieces(turns)
        last = max(at for at, (_, turn) in enumerate(pieces) if turn is not None)
        before = pieces[:last]
        if pieces[last][1] != turns[-1]:  # no system role: its text opens the person's message
            before.append(("", turns[0]))
        return self._started(tokens_of(before, self.tokenise))

    def _sections(self, turns: Sequence[Turn]) -> list[int]:
        """Tokens of each turn."""
        return [len(self._turn_tokens((turn,))) for turn in turns]

    def _turn_tokens(self, turns: Sequence[Turn]) -> list[int]:
        pieces = [("", turn) for turn in turns]
        return [token for section in tokens_of(pieces, self.tokenise) for token in section.tokens]

    def _join(self, turns: Sequence[Turn], *, most: int) -> list[int]:
        """All tokens, each message cut to `most`, so that none can push out the others."""
        sections = tokens_of(self.template.pieces(turns), self.tokenise)
        cut = [
            section if section.turn is None else Section(tuple(shorten(section.tokens, most)), section.turn)
            for section in sections
        ]
        return self._started(cut)

    def _started(self, sections: Sequence[Section]) -> list[int]:
        tokens = [token for section in sections for token in section.tokens]
        if self.start is not None and tokens[:1] != [self.start]:
            return [self.start, *tokens]
        return tokens


def _costs(lengths: Sequence[int], *, most: int) -> list[int]:
    """Tokens of each exchange: a person's message and the reply after it."""
    capped = [min(length, most) + MARKERS for length in lengths]
    return [sum(capped[at : at + 2]) for at in range(0, len(capped), 2)]
