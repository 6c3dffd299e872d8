"""What sub-folders are called that hold a part of the run above them."""

import re
from pathlib import Path

CHECKPOINT = re.compile(r"(?:checkpoint|ckpt)[-_]\d+$")
RANK = re.compile(r"rank[-_]?\d+$", re.IGNORECASE)
HISTORY = "trainer_state.json"  # the Hugging Face Trainer's own account of the run, copied into every checkpoint


def is_side_folder(place: Path) -> bool:
    """Whether the files of this folder are beside the run above it, by the habit of Hydra or W&B."""
    return place.name == ".hydra" or (place.name == "files" and place.parent.name.startswith(("run-", "offline-run-")))
