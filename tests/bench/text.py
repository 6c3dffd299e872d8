"""How well and how fast printed text is read: python tests/bench/text.py [FOLDER ...]

Of each style in tests/reading/printed_styles.py the share of its points that are found; bytes a CPU second of a log in which every line
measures, of one in which none does, and of the part of a large file that is only searched for failures; and of the folders given, every
text in which a training is seen: where none was logged, each is a false alarm.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from advisor.reading.formats import text_log  # noqa: E402
from advisor.run import Run  # noqa: E402
from advisor.signals.vocabulary import SIGNALS  # noqa: E402
from tests.reading.printed_styles import STYLES  # noqa: E402

MEASURES = "2024-01-02 03:04:05,678 - INFO - Epoch: [3]  [{:>6}/900000]  eta: 0:10:00  lr: 0.0100  loss: 1.{:06} (1.3)  time: 0.1234\n"
BAR = "Epoch 0:  50%|█████     | {0}/900000 [00:05<00:05,  9.90it/s, loss=1.{1:06}]\n"
DICT = "{{'loss': 1.{1:06}, 'grad_norm': 1.5, 'learning_rate': 4.9e-05, 'epoch': {0}.5}}\n"
PROSE = "Chapter {}: the loss of memory was found in file {} of the set\n"
SILENT = "2024-01-02 03:04:05,678 - INFO - fetched shard {} of the training set from the cache, {} bytes\n"
SHORT = "Epoch {0} | loss 1.{1:06}\n"
SPLITS = "Epoch {0}: train loss 1.{1:06} acc 0.5\nEpoch {0}: val loss 1.{1:06} acc 0.5\n"
KERAS = "Epoch {0}/900000\n938/938 [==============================] - 2s 2ms/step - loss: 1.{1:06} - accuracy: 0.5 - val_loss: 1.5\n"
LOGGED = 'INFO:root:{{"step": {0}, "loss": 1.{1:06}2345678912, "lr": 0.0009876543{1}}}\n'
STOPPED = "2024-01-02 03:04:05,678 INFO step {0}: loss nan, lr 0.1{1}\n"
LINES = 150_000


def recall(folder: Path) -> tuple[int, int]:
    found = total = 0
    for text, expected in STYLES.values():
        (folder / "train.log").write_bytes(text.encode())
        run = Run(folder, text_log.read(folder / "train.log").scalars)
        for name, among in expected.items():
            curve = run.signal(name) if name in SIGNALS else run.scalars.get(name)
            got = dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True)) if curve is not None else {}
            found += sum(np.isclose(got.get(step, np.inf), value, equal_nan=True) or got.get(step) == value for step, value in among)
            total += len(among)
    return found, total


def speed(path: Path, line: str, repeated: int = 1) -> float:
    text = "".join(line.format(i, i) for i in range(LINES)).encode() * repeated
    path.write_bytes(text)
    began = time.process_time()
    text_log.read(path)
    return len(text) / 1e6 / (time.process_time() - began)


def table_speed(path: Path, size: int) -> float:
    """Bytes a CPU second of pandas, of a table of as many bytes."""
    row = "{},1.{:06},0.0100,0.1234\n"
    text = "step,loss,lr,time\n" + "".join(row.format(i, i) for i in range(size // len(row.format(1, 1)) + 1))
    path.write_text(text)
    began = time.process_time()
    pd.read_csv(path)
    return len(text) / 1e6 / (time.process_time() - began)


def false_alarms(folder: Path) -> tuple[int, list[Path]]:
    texts = [path for path in folder.rglob("*") if not path.is_symlink() and text_log.sniff(path)]
    return len(texts), [path for path in texts if text_log.read(path).scalars]


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        print("styles {}, points found {} of {}".format(len(STYLES), *recall(Path(made))))
        table = table_speed(Path(made) / "metrics.csv", LINES * len(MEASURES))
        for name, line, repeated in (
            ("every line measures", MEASURES, 1),
            ("bars", BAR, 1),
            ("dicts", DICT, 1),
            ("short lines", SHORT, 1),
            ("two splits", SPLITS, 1),
            ("Keras", KERAS, 1),
            ("JSON, long numbers", LOGGED, 1),
            ("NaN in every line", STOPPED, 1),
            ("prose", PROSE, 1),
            ("no line measures", SILENT, 1),
            ("large", SILENT, 40),
        ):
            quick = speed(Path(made) / "train.log", line, repeated)
            print(f"{name:<22}{quick:>8.1f} MB/s, {quick / table:.2f} of what pandas reads of a table")
    for folder in sys.argv[1:]:
        n, alarms = false_alarms(Path(folder))
        print(f"{folder}: a training seen in {len(alarms)} of {n} texts", *alarms, sep="\n  ")


if __name__ == "__main__":
    main()
