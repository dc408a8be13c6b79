"""How a reply grows: reviewed pieces become the blocks that are shown again later."""

from app.conversation.values import Block, Box, Sentence

_LIST_MARK = "- "


def add_piece(blocks: tuple[Block, ...], piece: Sentence | Box) -> tuple[Block, ...]:
    """The blocks with one piece more: a new paragraph, or another sentence in the last one."""
    if isinstance(piece, Box):
        return (*blocks, ("box", piece.card.as_text()))
    if blocks and not piece.paragraph and blocks[-1][0] == piece.form:
        form, text = blocks[-1]
        joint = "\n" if piece.text.startswith(_LIST_MARK) or _ends_in_list(text) else " "
        return (*blocks[:-1], (form, text + joint + piece.text))
    return (*blocks, (piece.form, piece.text))


def as_text(blocks: tuple[Block, ...]) -> str:
    """Everything that was shown, as one text: what the guard and a language model get to read."""
    return "\n\n".join(text for _, text in blocks)


def _ends_in_list(text: str) -> bool:
    return text.rsplit("\n", 1)[-1].startswith(_LIST_MARK)
