"""What cannot be read, be it for a fault of ours, costs itself and is told; and it is no health where it could turn the verdict."""

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest

import advisor
from advisor.curves import fall, noise
from advisor.reading.formats import formats
from advisor.run import Missing
from tests.reading.logs import log

LOSS = fall() * noise(0.02)
CSV = "step,train_loss\n" + "".join(f"{i},{loss:.5f}\n" for i, loss in enumerate(LOSS))
ROWS = [{"step": i, "train_loss": float(loss)} for i, loss in enumerate(LOSS)]


def database(folder):
    with closing(sqlite3.connect(folder / "mlflow.db")) as file:
        file.executescript(
            "create table experiments(experiment_id integer, name text); create table runs(run_uuid text, name text, experiment_id integer,"
            "lifecycle_stage text); create table params(key text, value text, run_uuid text); create table metrics(key text, value double,"
            "is_nan boolean, step bigint, timestamp bigint, run_uuid text); insert into experiments values(1, 'e');"
            "insert into runs values('u', 'r', 1, 'active');"
        )
        rows = [("train_loss", loss, 0, i, 1_700_000_000_000 + i, "u") for i, loss in enumerate(LOSS)]
        file.executemany("insert into metrics values(?, ?, ?, ?, ?, ?)", rows)
        file.commit()


def placed(name, content):
    def write(folder):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return write


def mlflow_folder(folder):
    placed("meta.yaml", "")(folder)
    placed("metrics/train_loss", "".join(f"17000000000{i:02} {loss} {i}\n" for i, loss in enumerate(LOSS)))(folder)


FILES = {
    "csv_log": placed("metrics.csv", CSV),
    "dvclive": placed("plots/metrics/train_loss.tsv", CSV.replace(",", "\t")),
    "event_file": lambda folder: log(folder, {"train/loss": dict(enumerate(LOSS))}),
    "hparams_file": placed("hparams.yaml", "lr: 0.1\n"),
    "json_history": placed("history.json", json.dumps(ROWS)),
    "json_lines": placed("metrics.jsonl", "".join(f"{json.dumps(row)}\n" for row in ROWS)),
    "loss_terms": placed(
        "loss.dat", "# step, loss_train, loss_test, metrics_test\n" + "".join(f"{i} {loss:.5f} {loss:.5f}\n" for i, loss in enumerate(LOSS))
    ),
    "long_table": placed("long.csv", "step,metric,value\n" + "".join(f"{i},train_loss,{loss}\n" for i, loss in enumerate(LOSS))),
    "mlflow_database": database,
    "evaluations_npz": lambda folder: np.savez(folder / "evaluations.npz", timesteps=np.arange(len(LOSS)), results=-LOSS[:, None]),
    "mlflow_run": mlflow_folder,
    "notebook": placed(
        "train.ipynb",
        json.dumps({"cells": [{"outputs": [{"text": [f"step {i} train_loss {loss:.5f}\n" for i, loss in enumerate(LOSS)]}]}]}),
    ),
    "number_list": placed("train_loss.txt", "".join(f"{loss:.5f}\n" for loss in LOSS)),
    "numbers_below_epochs": placed("out.txt", "Epoch 0\n" + "".join(f"{loss:.5f}\n" for loss in LOSS)),
    "printed_lists": placed("out.txt", f"train_loss: {LOSS.tolist()}\nval_loss: {LOSS.tolist()}\n"),
    "text_log": placed("train.log", "".join(f"step {i} train_loss {loss:.5f}\n" for i, loss in enumerate(LOSS))),
    "trainer_state": placed("trainer_state.json", json.dumps({"log_history": [{"step": i, "loss": float(x)} for i, x in enumerate(LOSS)]})),
    "transposed_table": placed(
        "history.csv", f",{','.join(map(str, range(len(LOSS))))}\nloss,{','.join(map(str, LOSS))}\nval_loss,{','.join(map(str, LOSS))}\n"
    ),
    "unnamed_table": placed("run.csv", "step,alpha\n" + "".join(f"{i},{loss}\n" for i, loss in enumerate(LOSS))),
    "wandb_file": placed("run-1.wandb", b":W&B\xe1\xbe\x00"),
}


def short(known):
    return known.__name__.rpartition(".")[2]


def fails(*given, **named):
    raise RuntimeError("made up")


@pytest.mark.parametrize("part", ["sniff", "read"])
@pytest.mark.parametrize("known", formats(), ids=short)
def test_a_format_that_fails_costs_its_file(known, part, tmp_path, monkeypatch):
    other = FILES["csv_log" if short(known) == "event_file" else "event_file"]
    (tmp_path / "broken").mkdir()
    FILES[short(known)](tmp_path / "broken")
    if known.BESIDE and not getattr(known, "LAST_RESORT", False):  # it says something of a run alone
        other(tmp_path / "broken")
    (tmp_path / "well").mkdir()
    other(tmp_path / "well")
    monkeypatch.delenv("ADVISOR_FAULTS")
    monkeypatch.setattr(known, part, fails)
    reports = {report.run.path.name: report for report in advisor.diagnose(tmp_path)}
    said = f"internal fault in {known.NAME}, please report"
    told = [r for r in reports.values() if said in " ".join((r.reason, *r.run.notes)) and r.faults]
    assert told and all("made up" in fault.error for r in told for fault in r.faults)
    assert reports["well"].passed


@pytest.mark.parametrize("part", ["sniff", "read"])
def test_side_files_that_fail_leave_the_run_as_it_is(part, tmp_path, monkeypatch):
    log(tmp_path, {"train/loss": dict(enumerate(LOSS))})
    FILES["hparams_file"](tmp_path)
    monkeypatch.delenv("ADVISOR_FAULTS")
    monkeypatch.setattr(f"advisor.reading.formats.hparams_file.{part}", fails)
    [report] = advisor.diagnose(tmp_path)
    assert report.passed and any("internal fault in hyperparameters" in note for note in report.run.notes)


def test_a_fault_that_loses_a_unit_costs_that_unit(tmp_path, monkeypatch):
    log(tmp_path / "a", {"train/loss": dict(enumerate(LOSS))})
    log(tmp_path / "b", {"train/loss": dict(enumerate(LOSS))})
    monkeypatch.delenv("ADVISOR_FAULTS")
    from advisor.reading.joining import folder_runs

    real = folder_runs.runs_of
    monkeypatch.setattr(folder_runs, "runs_of", lambda tree: fails() if any(p.name == "a" for p in tree.folders) else real(tree))
    lost, well = advisor.diagnose(tmp_path)
    assert "internal fault in reading, please report (RuntimeError: made up)" in lost.reason and lost.faults
    assert well.verdict == "healthy"


def spoilt(data, first, last):
    """The bytes, those between two shares of them made noise."""
    a, b = int(first * len(data)), int(last * len(data))
    return data[:a] + np.random.default_rng(0).bytes(b - a) + data[b:]


@pytest.mark.parametrize("share, verdict", [(0.66, "cannot-tell"), (0.99, "healthy")])
def test_what_is_missing_could_turn_health(share, verdict, tmp_path):
    path = log(tmp_path, {"train/loss": dict(enumerate(LOSS))})
    assert advisor.diagnose(tmp_path)[0].verdict == "healthy"
    path.write_bytes(spoilt(path.read_bytes(), share, 1.0))
    [report] = advisor.diagnose(tmp_path)
    assert report.verdict == verdict and any("damaged" in note or "cut" in note for note in report.run.notes)
    assert "damaged" in report.reason if verdict == "cannot-tell" else not report.reason


def test_what_is_missing_does_not_turn_a_problem(tmp_path):
    curve = LOSS.copy()
    curve[60:] = np.nan
    path = log(tmp_path, {"train/loss": dict(enumerate(curve))})
    path.write_bytes(spoilt(path.read_bytes(), 0.66, 1.0))
    [report] = advisor.diagnose(tmp_path)
    assert report.verdict == "problem" and report.run.gaps


def test_a_document_that_is_cut_is_no_health(tmp_path):
    text = json.dumps(ROWS)
    (tmp_path / "history.json").write_text(text[: 3 * len(text) // 4])
    [report] = advisor.diagnose(tmp_path)
    assert report.verdict == "cannot-tell" and "not whole JSON" in report.reason


def test_rows_that_fit_no_header_are_no_health_where_they_are_many(tmp_path):
    lines = CSV.splitlines(keepends=True)
    for odd, verdict in ((1, "healthy"), (60, "cannot-tell")):
        (tmp_path / "metrics.csv").write_text("".join([*lines[:-odd], *["1,2,3,4\n"] * odd]))
        [report] = advisor.diagnose(tmp_path)
        assert report.verdict == verdict and any(f"{odd} rows" in note for note in report.run.notes)


def test_a_log_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    """As another user's: root, as tests in a container, may open all."""
    from pathlib import Path

    log(tmp_path, {"train/loss": dict(enumerate(LOSS))})
    (tmp_path / "metrics.csv").write_text(CSV)
    real = Path.open

    def closed(path, *how, **more):
        if path.name == "metrics.csv":
            raise PermissionError(13, "Permission denied")
        return real(path, *how, **more)

    monkeypatch.setattr(Path, "open", closed)
    [report] = advisor.diagnose(tmp_path)
    assert report.verdict == "cannot-tell" and report.reason == "metrics.csv could not be read: Permission denied"
    assert all(isinstance(note, Missing) for note in report.run.gaps)
