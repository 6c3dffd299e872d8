"""JSON lines: detectron2's metrics.json, OpenMMLab's scalars.json, DETR's log.txt, LLaMA-Factory's trainer_log.jsonl, and others."""

from pathlib import Path

from advisor.reading.log import Log
from advisor.reading.storage.growing_lines import Lines, head
from advisor.reading.storage.text_file import opened
from advisor.reading.tables.json_rows import JsonRows, looks_like_log, parsed

NAME = "json-lines"
BESIDE = False
SUFFIXES = {".json", ".jsonl", ".ndjson", ".log", ".txt"}
ALONE = {".jsonl", ".ndjson"}  # in other files a single object is a summary
HEAD = 1 << 18  # bytes; a first line may hold the whole configuration


def sniff(path: Path) -> bool:
    """Lines that are objects, and count steps upwards, and name an objective."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file():
        return False
    try:
        with opened(path) as file:
            if not file.read(64).lstrip(b" \t\r\n").startswith(b"{"):
                return False
        records = objects(head(path, HEAD))
    except OSError:
        if path.suffix.lower() in ALONE | {".json"}:
            raise
        return False
    return (len(records) > 1 or path.suffix.lower() in ALONE) and looks_like_log(records)


def read(path: Path, earlier: Log | None = None) -> Log:
    """Every number of every line that is an object; of a file that grew since `earlier` only what is new is read.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with opened(path) as file:
        lines, rows = earlier.rest if earlier and earlier.rest and earlier.rest[0].go_on_in(file) else (Lines(), JsonRows())
        for new in lines.new(file):
            found = objects(new)
            rows.broken += sum(line.lstrip().startswith("{") for line in new) - len(found)
            rows.take(found)
    if last := objects([lines.torn.decode("utf-8", "replace")]):  # whole but for its end of line
        rows.take(last)
        lines.take_torn()
    broken = f"{path.name}: {rows.broken} lines are no whole JSON and were not used"
    return rows.table.log(path, [*lines.lost_sentences(path.name), *[broken] * bool(rows.broken)], rows.hparams, rest=(lines, rows))


def objects(lines: list[str]) -> list[dict]:
    """The lines that are JSON objects."""
    found = (parsed(line) for line in lines if line.lstrip().startswith("{"))
    return [record for record in found if isinstance(record, dict)]
