"""The few lines of text that Git LFS leaves where a file should be."""

import re
from pathlib import Path

POINTER = b"version https://git-lfs"
LARGEST = 1024  # bytes of such a text
LOGS = re.compile(r"tfevents|(?:metric|log|progress|result|history|state|scalar|summary|train).*\.(?:csv|tsv|json|jsonl|log|txt)$|\.wandb$")


def is_pointer(path: Path) -> bool:
    """Whether Git LFS left its text in the place of a log."""
    try:
        if not LOGS.search(path.name.lower()) or not path.is_file() or (path.stat().st_size or 0) > LARGEST:  # a server may tell none
            return False
        with path.open("rb") as file:
            return file.read(len(POINTER)) == POINTER
    except OSError:
        return False
