"""What the cells of a notebook printed while they trained, and the tables that fastai and the Trainer show there."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.reading.formats import text_log
from advisor.reading.log import Log
from advisor.reading.tables.json_rows import document

NAME = "notebook"
BESIDE = True
LAST_RESORT = True  # its curves count only where no other log gave any
COPIES = ".ipynb_checkpoints"
ERASED = re.compile("\x08+")  # a bar goes back over itself
ROW_ENDS, CELL_ENDS = re.compile(r"(?i)</tr\b"), re.compile(r"(?i)</t[hd]\b")  # searched for once: pairs would take their number squared
MARKUP = re.compile(r"<[^<>]*>")


def sniff(path: Path) -> bool:
    return path.suffix.lower() == ".ipynb" and path.parent.name != COPIES and path.is_file()


def read(path: Path, earlier: Log | None = None) -> Log:
    """The curves of all that its cells printed, one after the other.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    tree, _, lost = document(path)
    if lost or not isinstance(tree, dict):
        return Log(path)
    return text_log.read_text(path, "".join(f"{text}\n" for text in _printed(tree)).encode("utf-8", "replace"))


def _printed(tree: dict[str, Any]) -> Iterator[str]:
    """The text of each output, in the order of the cells."""
    for cell in _objects(tree.get("cells")):
        for output in _objects(cell.get("outputs")):
            data = output.get("data")
            shown = data if isinstance(data, dict) else {}
            if table := _rows(_whole(shown.get("text/html"))):
                yield table
            elif text := _whole(output.get("text")) or _whole(shown.get("text/plain")):
                yield ERASED.sub("\r", text)


def _objects(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _whole(text: Any) -> str:
    """A text that may be a list of its lines; "" for anything else."""
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str))


def _rows(page: str) -> str:
    """The rows of the tables in a page, their cells between pipes; "" where it has none."""
    rows = [[*map(_cell, CELL_ENDS.split(row)[:-1])] for row in ROW_ENDS.split(page)[:-1]]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows if row)


def _cell(before_its_end: str) -> str:
    """The text of the cell that begins last."""
    low = before_its_end.lower()
    return html.unescape(MARKUP.sub("", before_its_end[max(low.rfind("<td"), low.rfind("<th"), 0) :])).strip()
