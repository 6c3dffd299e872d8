"""Formats beside the event files: text that tells of failures, and hyperparameters in files of their own."""

import os
from pathlib import Path

import numpy as np
import pytest

from advisor.formats import formats, hparams_file, text_log


def test_every_format_says_whether_it_stands_alone():
    assert all(isinstance(f.BESIDE, bool) and callable(f.sniff) and callable(f.read) for f in formats())


# Text beside a run

SAID = {
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.79 GiB": "out-of-memory",
    "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`": "out-of-memory",
    "RuntimeError: MPS backend out of memory (MPS allocated: 8.00 GB, other allocations: 1.00 GB).": "out-of-memory",
    "RuntimeError: [enforce fail at alloc_cpu.cpp:114] . DefaultCPUAllocator: can't allocate memory: you tried": "out-of-memory",
    "RuntimeError: [enforce fail] data. DefaultCPUAllocator: not enough memory: you tried to allocate 40000 bytes.": "out-of-memory",
    "OSError: [Errno 12] Cannot allocate memory": "out-of-memory",
    "Killed": "killed",
    "run.sh: line 3: 12345 Killed                  python train.py": "killed",
    "[1234.5] Out of memory: Killed process 99 (python)": "killed",
    "slurmstepd: error: Detected 1 oom-kill event(s) in step 1.batch": "killed",
    "torch.distributed.elastic: failed (exitcode: -9) local_rank: 0 (pid: 7)": "killed",
    "Command terminated with exit code 137": "killed",
    "Loss is nan, stopping training": "nan",
    "epoch 3 | loss: nan | lr 0.1": "nan",
    '{"train_loss": NaN, "step": 3}': "nan",
    "RuntimeError: Function 'MulBackward0' returned nan values in its 0th output.": "nan",
    "Gradient overflow.  Skipping step, loss scaler 0 reducing loss scale to 32768.0": "overflow",
    "RuntimeError: DataLoader worker (pid 4242) is killed by signal: Bus error.": "data-loader",
    "RuntimeError: DataLoader worker (pid(s) 11, 12) exited unexpectedly": "data-loader",
    "torch.distributed.DistBackendError: NCCL error in: ProcessGroupNCCL.cpp:1": "communication",
    "[Rank 0] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1)": "communication",
}
UNSAID = [
    "    except torch.cuda.OutOfMemoryError:",
    '    raise RuntimeError("CUDA out of memory")',
    "# Killed",
    "epoch 3 | loss: 0.12",
    "killed 3 enemies",
    "inference loss: 0.3, nantes",
    "exit code 0",
]


@pytest.mark.parametrize("text, kind", [*SAID.items(), *((text, "") for text in UNSAID)])
def test_lines_that_tell_of_a_failure(tmp_path, text, kind):
    (tmp_path / "train.log").write_text(f"epoch 1\n{text}\nend")
    found = text_log.read(tmp_path / "train.log").lines
    assert [(line.kind, line.number, line.text) for line in found] == ([(kind, 2, text.strip())] if kind else [])


def test_a_traceback_is_told_by_its_last_line(tmp_path):
    trace = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    f()\n\nmy.pkg.ShapeError: 3 is not 4\n'
    (tmp_path / "nohup.out").write_text(f"ValueError: only said\n{trace}{trace}")
    lines = text_log.read(tmp_path / "nohup.out").lines
    assert [(line.kind, line.number) for line in lines] == [("traceback", 6), ("traceback", 11)]


def test_awkward_text(tmp_path):
    path = tmp_path / "train.LOG"
    path.write_bytes(
        b"\xff\xfe caf\xe9\r\n 10%|\r 20%|\r\x1b[31mCUDA out\x1b[0m of memory\x07[bold]" + b"!" * 999 + b"\r\n" + b"loss: nan\n" * 100
    )
    memory, *nans = text_log.read(path).lines
    assert (
        (memory.kind, memory.number) == ("out-of-memory", 2)
        and memory.text.startswith("CUDA out of memory [bold]!!")
        and len(memory.text) == 300
    )
    assert [line.number for line in nans] == [3, 4, 5]


def test_only_the_ends_of_a_huge_text_are_read(tmp_path):
    path = tmp_path / "out.txt"
    path.write_bytes(b"loss: nan\n" + b"." * (5 << 20) + b"\nCUDA out of memory\n" + b"." * (3 << 20) + b"\nKilled\n")
    assert [(line.kind, line.number) for line in text_log.read(path).lines] == [("nan", 1), ("killed", 0)]


# Hyperparameters in files

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


def test_json_of_a_real_kind(tmp_path):
    (tmp_path / "hparams.json").write_text(
        '{"learning_rate": 1e-3, "nan": NaN, "sizes": [1, 2], "nested": {"a": {"b": {"c": 1}}}, "objects": [{}]}'
    )
    found = hparams_file.read(tmp_path / "hparams.json").hparams
    assert found["learning_rate"] == 0.001 and np.isnan(found["nan"]) and found["sizes"] == [1, 2] and set(found) >= {"nan"}
