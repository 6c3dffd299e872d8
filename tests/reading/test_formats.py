"""What all formats have in common, and hyperparameters in files of their own."""

import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from advisor.reading.formats import formats, hparams_file
from advisor.reading.nested_settings import WIDTH
from advisor.signals.hparams import as_number


def test_every_format_says_whether_it_stands_alone():
    assert all(isinstance(f.BESIDE, bool) and callable(f.sniff) and callable(f.read) for f in formats())


YAML = """
lr: 1e-3
betas: !!python/tuple [0.9, 0.999]
optimizer: {name: sgd, momentum: 0.9, deep: {er: {than: asked}}}
model: !!python/object:os.system {command: "touch /nowhere"}
run: !!python/object/apply:os.system ["touch run"]
path: !!python/object/apply:pathlib.PosixPath [a, b]
amp: true
none: null
day: 2020-01-01
version: 1.2.3
"""


def test_hyperparameters_in_yaml(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("hparams.yaml").write_text(YAML)
    found = hparams_file.read(Path("hparams.yaml")).hparams
    assert found["lr"] == 0.001 and found["betas"] == (0.9, 0.999) and found["optimizer/momentum"] == 0.9
    assert found["model/command"] == "touch /nowhere" and found["amp"] is True and found["none"] is None and found["version"] == "1.2.3"
    assert os.listdir() == ["hparams.yaml"]


@pytest.mark.parametrize("text", ["1e-3", "1E-3", "1.e-3", ".001", "1_000e-6", "+1e-03"])
def test_numbers_in_yaml(tmp_path, text):
    (tmp_path / "args.yml").write_text(f"lr: {text}\nname: 12e03x\nsteps: 10\nhost: 1.2.3.4\n")
    assert hparams_file.read(tmp_path / "args.yml").hparams == {
        "lr": pytest.approx(0.001),
        "name": "12e03x",
        "steps": 10,
        "host": "1.2.3.4",
    }


BROKEN = {
    "json cut off": ("args.json", "{"),
    "yaml cut off": ("args.yaml", "a: [1"),
    "yaml without an anchor": ("args.yaml", "a: [*x]"),
    "json nested too deep": ("args.json", "[" * 99999),
    "yaml nested too deep": ("args.yaml", "[" * 999),
    "a list": ("hparams.json", "[1, 2]"),
    "a key that is a list": ("args.yaml", "{[1]: 2}"),
    "control characters": ("args.yml", "\x00"),
    "too large": ("hparams.yaml", "x: 1\n" * 300_000),
    "aliases of aliases": (
        "args.yaml",
        "a: &a {k: v}\n" + "".join(f"{b}: &{b} {{<<: [{','.join([f'*{a}'] * 9)}]}}\n" for a, b in pairwise("abcdefghijklmno")),
    ),
}


@pytest.mark.parametrize("name, text", BROKEN.values(), ids=BROKEN)
def test_hyperparameters_that_cannot_be_read_are_told(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    log = hparams_file.read(tmp_path / name)
    assert not log.hparams and len(log.lost) == 1 and name in log.lost[0]


@pytest.mark.parametrize("text", ["a: &a {b: *a}", "a: &a [*a]", "? {a: 1}\n: 2", "1: 2", "- 1", "", "a: 9999-99-99"])
def test_odd_yaml_does_no_harm(tmp_path, text):
    (tmp_path / "hparams.yaml").write_text(text)
    log = hparams_file.read(tmp_path / "hparams.yaml")
    assert all(isinstance(name, str) for name in log.hparams)


@pytest.mark.parametrize("text", ["9" * 900_000 + "{}", "1" + ":59" * 200_000, "0x" + "f" * 900_000, "12:30:45"], ids=lambda text: text[:8])
def test_what_only_begins_like_a_number_stays_text(tmp_path, text):
    (tmp_path / "args.yaml").write_text(f"lr: {text}\n")
    assert hparams_file.read(tmp_path / "args.yaml").hparams == {"lr": text[:WIDTH]}


def test_a_number_too_large_for_a_float_is_left_out(tmp_path):
    (tmp_path / "config.json").write_text(f'{{"lr": 1{"0" * 400}, "seed": 1{"0" * 40}}}')
    assert hparams_file.read(tmp_path / "config.json").hparams == {"seed": 10**40} and as_number({"lr": 10**400}, "lr") is None


def test_json_of_a_real_kind(tmp_path):
    (tmp_path / "hparams.json").write_text(
        '{"learning_rate": 1e-3, "nan": NaN, "sizes": [1, 2], "nested": {"a": {"b": {"c": 1}}}, "objects": [{}]}'
    )
    found = hparams_file.read(tmp_path / "hparams.json").hparams
    assert found["learning_rate"] == 0.001 and np.isnan(found["nan"]) and found["sizes"] == [1, 2] and set(found) >= {"nan"}
