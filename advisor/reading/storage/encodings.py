"""Text that is not in UTF-8: in which encoding the words stand that a training prints."""

from advisor.reading.printed.languages import foreign_words

ENCODINGS = ("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1251", "cp1252")  # of Windows' consoles
LOOKED_AT = 1 << 13  # bytes
FEW = 3  # words of the vocabulary: fewer may stand in any bytes by chance


def encoding_of(start: bytes) -> str:
    """The encoding in which most words of the vocabulary stand in the first bytes of a file; "" where they are UTF-8, or in none enough.

    The last line of them may be cut.
    """
    start = start[:LOOKED_AT]
    start = start[: start.rfind(b"\n") + 1] or start
    if start.isascii() or _decoded(start, "utf-8") is not None:
        return ""
    found = {name: foreign_words(text) for name in ENCODINGS if (text := _decoded(start, name)) is not None}
    best = max(found, key=found.__getitem__, default="")
    return best if best and found[best] >= FEW else ""


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
