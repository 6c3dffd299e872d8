"""The Hugging Face Trainer's trainer_state.json, also of a checkpoint."""

from pathlib import Path
from typing import Any

from advisor.reading.log import Log
from advisor.reading.tables.json_rows import JsonRows, document, objects_in
from advisor.run import Missing

NAME = "trainer-state"
BESIDE = False
SETTINGS = ("train_batch_size", "max_steps", "num_train_epochs", "logging_steps", "eval_steps", "save_steps")
TELLING = 0.05  # steps a second, written to three digits: of fewer the rounding hides the size of a batch
SUMMARY = "train_runtime"  # stands in the last entry alone, which sums up the training: no point of its curves


def sniff(path: Path) -> bool:
    return path.name == "trainer_state.json" and path.is_file()


def read(path: Path, earlier: Log | None = None) -> Log:
    """What was logged in `log_history`, and the settings the Trainer keeps beside it; of a file cut short, all that is whole.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    state, text, lost = document(path)
    if isinstance(state, dict):
        history = state.get("log_history")
        entries = [entry for entry in history if isinstance(entry, dict)] if isinstance(history, list) else []
    else:
        state, entries = {}, list(objects_in(text, text.find('"log_history"')))
        lost = [Missing("; ".join([*lost, *[f"used the {len(entries)} whole entries of its log_history"] * bool(entries)]))]
    rows = JsonRows()
    rows.take(entry for entry in entries if SUMMARY not in entry)
    return rows.table.log(path, lost, {**_settings(state), **_whole_batch(entries)})


def _settings(state: dict[str, Any]) -> dict[str, Any]:
    tried = state.get("trial_params")
    settings = {name: state[name] for name in SETTINGS if isinstance(state.get(name), int | float)}
    return {**settings, **(tried if isinstance(tried, dict) else {})}


def _whole_batch(entries: list[dict[str, Any]]) -> dict[str, int]:
    """The examples of a step on all devices, by the two speeds in the last entry: the state itself has those of one process only."""
    speeds = [(e.get("train_samples_per_second"), e.get("train_steps_per_second")) for e in entries if SUMMARY in e]
    known = [(s, n) for s, n in speeds if isinstance(s, int | float) and isinstance(n, int | float) and n >= TELLING and s > 0]
    return {"total_train_batch_size": max(1, round(known[-1][0] / known[-1][1]))} if known else {}
