"""The same log, whichever of Unicode's forms it was written in."""

import io
import json

import numpy as np
import pytest

import advisor
from advisor.reading.formats import csv_log, text_log
from advisor.reading.storage.text_file import opened

POINTS = [(step, 2 / (1 + step), 2 / (1 + step) + 0.01 * step) for step in range(60)]
CSV = "step,train_loss,val_loss\n" + "".join(f"{step},{train:.4f},{val:.4f}\n" for step, train, val in POINTS)
TEXTS = {
    "metrics.csv": CSV,
    "progress.tsv": CSV.replace(",", "\t"),
    "train.log": "".join(f"epoch {step} loss: {train:.4f} val_loss: {val:.4f}\n" for step, train, val in POINTS),
    "log.jsonl": "".join(json.dumps({"step": step, "train_loss": train, "val_loss": val}) + "\n" for step, train, val in POINTS),
    "history.json": json.dumps({"loss": [train for _, train, _ in POINTS], "val_loss": [val for *_, val in POINTS]}),
    "train_loss.txt": "".join(f"{train:.4f}\n" for _, train, _ in POINTS),
}
FORMS = {
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16": lambda text: text.encode("utf-16"),
    "big-endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "without a mark": lambda text: text.encode("utf-16-le"),
    "UTF-32": lambda text: text.encode("utf-32"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_every_form_gives_the_same_curves(tmp_path, name):
    folders = {form: tmp_path / form for form in ("plain", *FORMS)}
    for form, folder in folders.items():
        folder.mkdir()
        (folder / name).write_bytes(FORMS.get(form, str.encode)(TEXTS[name]))
    [plain] = advisor.read(folders.pop("plain"))
    assert plain.scalars
    for form, folder in folders.items():
        [run] = advisor.read(folder)
        assert run.scalars.keys() == plain.scalars.keys(), form
        for tag, curve in plain.scalars.items():
            assert np.array_equal(run.scalars[tag].steps, curve.steps) and np.array_equal(run.scalars[tag].values, curve.values), form


@pytest.mark.parametrize("cut", [1, 2, 3, 5])
def test_a_file_cut_inside_a_character_has_a_last_line_without_an_end(tmp_path, cut):
    (tmp_path / "metrics.csv").write_bytes(CSV.encode("utf-16")[:-cut])
    log = csv_log.read(tmp_path / "metrics.csv")
    assert len(log.scalars["train_loss"]) in (59, 60) and bool(log.lost) == (len(log.scalars["train_loss"]) < 60)


@pytest.mark.parametrize("form", ["UTF-16", "big-endian", "without a mark"])
@pytest.mark.parametrize("name", ["metrics.csv", "train.log", "log.jsonl"])
def test_what_another_program_wrote_on_in_utf_8_is_read(tmp_path, name, form):
    """As where PowerShell began the file."""
    lines = TEXTS[name].splitlines(keepends=True)
    (tmp_path / name).write_bytes(FORMS[form]("".join(lines[:30])) + "".join(lines[30:]).encode())
    [run] = advisor.read(tmp_path)
    assert all(len(curve) == len(POINTS) for curve in run.scalars.values())


def test_a_log_that_grows_is_read_on(tmp_path):
    path, text = tmp_path / "train.log", TEXTS["train.log"]
    path.write_bytes(text[: len(text) // 2].encode("utf-16"))
    half = text_log.read(path)
    path.write_bytes(text.encode("utf-16"))
    assert len(text_log.read(path, half).scalars["loss"]) == len(POINTS) > len(half.scalars["loss"])


def test_places_are_those_of_the_text(tmp_path):
    text = "ä€😀x" * 50_000
    (tmp_path / "log.txt").write_bytes(text.encode("utf-16"))
    whole = text.encode()
    with opened(tmp_path / "log.txt") as file:
        assert file.seek(0, io.SEEK_END) == len(whole)
        for place in (123_456, 7, 400_000):
            file.seek(place)
            assert file.read(100) == whole[place : place + 100] and file.tell() == place + 100
