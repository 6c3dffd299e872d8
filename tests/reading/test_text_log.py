"""Text: what trainings print is read as curves, all other text is left alone, and the lines that tell of a failure are found."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import advisor
from advisor.reading.formats import text_log
from advisor.run import Run
from advisor.signals.vocabulary import SIGNALS
from tests.reading.printed_styles import STYLES


def logged(folder, text, name="stdout.log"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder / name


def points(curve):
    return list(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))


@pytest.mark.parametrize("text, expected", STYLES.values(), ids=STYLES)
def test_curves_of_each_style(tmp_path, text, expected):
    log = text_log.read(logged(tmp_path, text))
    run = Run(tmp_path, log.scalars)
    for name, among in expected.items():
        curve = run.signal(name) if name in SIGNALS else log.scalars.get(name)
        assert curve is not None, f"no {name} among {list(log.scalars)}"
        got = points(curve) if name in ("train_loss", "val_loss") else points(curve)[: len(among)]
        np.testing.assert_allclose(got, among, err_msg=f"{name}, read from {curve.tag}")


def step_lines(steps, loss=lambda step: 2 - step / 1000):
    return "".join(f"step {step}: loss {loss(step):.4f}\n" for step in steps)


RISING = [(0, 2.0), (10, 1.99), (20, 1.98)]
NO_TRAINING = {
    "empty": "",
    "one point only": step_lines([0]),
    "the same step again and again": step_lines([5] * 9),
    "steps that only fall": step_lines([30, 20, 10]),
    "prose": "In step 3 we lost 5 of 10 games.\nThe loss of 12 items at step 2 was a problem in 2019.\nChapter 3: Loss and 14 more\n" * 20,
    "LaTeX": "This is pdfTeX, Version 3.14\n"
    "Overfull \\hbox (12.3pt too wide) in paragraph at lines 10--12\n[1] [2] [3]\nLaTeX Font Info: ... 12\n" * 9,
    "pip": "".join(f"  Downloading torch-2.{i}.whl (80{i}.1 MB)\n     {i}% |███| 10/800 [00:0{i}<00:12, 4.4MB/s]\n" for i in range(9)),
    "data preparation": "".join(f"\rMap:  {i}0%|█| {i}00/1000 [00:01<00:09, 99.1 examples/s]" for i in range(10)),
    "a download": "".join(f"step {i}: fetched {i * 3} files of 100, 12.5 MB/s\n" for i in range(20)),
    "source code": "for step in range(10):\n    loss = 0.1\n"
    "    if step == 20:\n        print(f'step {step} loss {loss:.3f}')\nlr = 3e-4  # step 3\n" * 9,
    "a configuration": "epochs: 90\nlr: 0.1\n"
    "batch_size: 256\nloss: cross_entropy\nwarmup_steps: 500\nlog_every_n_steps: 50\nloss_weight: 0.5\n" * 3,
    "nvidia-smi": "|   0  NVIDIA H100 80GB HBM3          On  |   00000000:61:00.0 Off |                    0 |\n" * 9,
    "ping": "".join(f"64 bytes from 1.1.1.1: icmp_seq={i} ttl=57 time=11.{i} ms\n" for i in range(9))
    + "9 packets transmitted, 0% packet loss\n",
    "binary": b"\x7fELF\0\0step 1: loss 2\nstep 2: loss 2\nstep 3: loss 2\n",
}


@pytest.mark.parametrize("text", NO_TRAINING.values(), ids=NO_TRAINING)
def test_what_is_no_training_has_no_curves(tmp_path, text):
    log = text_log.read(logged(tmp_path, text))
    assert not log.scalars and not log.lines and not log.lost


@pytest.mark.parametrize("name", ["nll", "bce", "ce", "mse", "recon", "Training Loss", "train/nll", "ppl"])
@pytest.mark.parametrize("counter", ["step {}: ", "", "epoch {} | "])
def test_losses_by_other_names_with_and_without_a_counter(tmp_path, name, counter):
    text = "".join(f"{counter.format(i)}{name}: {9 - i / 4:.2f}\n\nsaving the model\n" for i in range(20))
    log = text_log.read(logged(tmp_path, text))
    curve = Run(tmp_path, log.scalars).signal("train_loss")
    assert points(curve) == [(i, 9 - i / 4) for i in range(20)] and len(log.lost) == (counter == "")


@pytest.mark.parametrize("line", ["loss: 0.5", "lr: 0.1{}", "loss weight: 0.{}", "loss of {} items", "Loss {}"])
def test_what_is_said_without_a_counter_and_is_no_curve(tmp_path, line):
    assert not text_log.read(logged(tmp_path, "".join(line.format(i) + "\n" for i in range(20)))).scalars


@pytest.mark.parametrize(
    "name, text",
    [(n, t) for n in ("job.out", "slurm-12.out", "train.log.1", "job.o123", "nohup.out", "stdout", "LOG.TXT") for t in ["x"]]
    + [("train.log.py", ""), ("notes.md", ""), ("model.onnx", ""), ("events.out.tfevents.1.out", "")],
)
def test_names_of_text_logs(tmp_path, name, text):
    assert text_log.sniff(logged(tmp_path, "x", name)) == bool(text)


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.encode("utf-16"),
        lambda text: text.replace("step", "\x1b[1;32mstep\x1b[0m"),
        lambda text: "".join(f"2024-01-02 03:04:05,678 - INFO - {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"[rank0]: {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"2024-01-02 03:04:05,678 Node[0] {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"(RayTrainWorker pid=1234, ip=10.0.0.1) {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"I0102 03:04:05.123456 140 train.py:33] {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"[1,0]<stdout>: {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"0: 03:04:05 [INFO] trainer.py:12 - {line}\n" for line in text.splitlines()),
        lambda text: b"caf\xe9 \xff\n" + text.encode(),
    ],
    ids=["CRLF", "CR", "UTF-16", "colour", "time", "rank", "MXNet", "Ray", "absl", "MPI", "srun", "not UTF-8"],
)
def test_the_same_points_in_another_dress(tmp_path, dress):
    log = text_log.read(logged(tmp_path, dress(step_lines([0, 10, 20]))))
    assert points(log.scalars["loss"]) == RISING and list(log.scalars) == ["loss"]


def test_a_last_line_that_lacks_nothing_but_its_end_is_read(tmp_path):
    log = text_log.read(logged(tmp_path, step_lines([0, 10, 20, 30])[:-1]))
    assert log.scalars["loss"].steps.tolist() == [0, 10, 20, 30] and not log.lost


@pytest.mark.parametrize("cut", range(2, 12))
def test_a_last_line_that_was_cut_is_not_read_and_told(tmp_path, cut):
    log = text_log.read(logged(tmp_path, step_lines([0, 10, 20, 30])[:-cut]))
    assert log.scalars["loss"].steps.tolist() == [0, 10, 20] and ["the last line has no end" in said for said in log.lost] == [True]


def test_of_a_bar_only_what_it_last_wrote_may_be_cut(tmp_path):
    bars = "".join(f"Epoch 0:  50%|███  | {i}/900 [00:05<00:05,  9.90it/s, loss={2 / (i + 1):.4f}]\r" for i in range(40))
    log = text_log.read(logged(tmp_path, bars[:-9]))
    assert len(log.scalars["loss"]) == 39 and "was not read" in log.lost[-1]


def test_a_failure_in_a_last_line_without_an_end_is_heard(tmp_path):
    log = text_log.read(logged(tmp_path, step_lines([0, 10, 20]) + "torch.cuda.OutOfMemoryError: CUDA out of memory."))
    assert [line.kind for line in log.lines] == ["out-of-memory"]


def test_after_a_time_a_split_and_a_counter_are_no_loggers_name(tmp_path):
    lines = (f"2024-01-02 03:04:05,678 epoch {i} - loss 0.{9 - i}\n2024-01-02 03:04:05,678 DEV : loss 0.9{i}\n" for i in range(1, 6))
    found = Run(tmp_path, text_log.read(logged(tmp_path, "".join(lines))).scalars).signals
    assert points(found["train_loss"]) == [(i, (9 - i) / 10) for i in range(1, 6)]
    assert points(found["val_loss"]) == [(i, float(f"0.9{i}")) for i in range(1, 6)]


def test_times_of_the_lines(tmp_path):
    stamps = ["2024-01-02 03:04:05,250", "2024-01-02T03:04:06.250Z", "01/02/2024 03:04:08"]
    text = (
        "".join(f"[{stamp}] step {i} loss 1.0\n" for i, stamp in enumerate(stamps))
        + "step 3 loss 1.0\n2024-13-40 99:99:99 step 4 loss 1.0\n"
    )
    log = text_log.read(logged(tmp_path, text))
    wall = log.scalars["loss"].wall
    assert (wall - log.started).tolist() == [0, 1, 2.75, 2.75, 2.75] and log.started > 1.7e9


def test_a_training_that_began_again_is_told_once(tmp_path):
    text = step_lines(range(0, 100, 10)) + step_lines(range(50, 200, 10), lambda step: 1.0) + "Best step 60: loss 0.5\n"
    log = text_log.read(logged(tmp_path, text))
    curve = log.scalars["loss"]
    assert curve.steps.tolist() == list(range(0, 200, 10)) and (curve.values[5:] == 1).all()
    assert log.lost == ("stdout.log began again at step 50: the 5 points of loss printed before from there on were replaced",)


def test_a_late_summary_replaces_nothing(tmp_path):
    log = text_log.read(logged(tmp_path, step_lines([0, 10, 20]) + "step 10: loss 0.5\n"))
    assert points(log.scalars["loss"]) == RISING and not log.lost


@pytest.mark.parametrize("name", ["torchvision", "PyTorch quickstart", "OpenAI's logger", "Keras 2", "nnU-Net", "skorch", "MEM"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.77])
def test_a_file_that_grew_is_read_on(tmp_path, name, share):
    text = (STYLES[name][0] if name in STYLES else step_lines(range(9)) + "loss: nan\n" * 2 + "Killed\n").encode()
    path = logged(tmp_path, text[: int(share * len(text))])
    earlier = text_log.read(path)
    before = earlier.rest.offset
    logged(tmp_path, text)
    again, anew = [text_log.read(path, earlier) for _ in range(2)], text_log.read(path)
    for log in again:
        assert log.lines == anew.lines and log.rest.offset == anew.rest.offset >= before
        np.testing.assert_equal({t: points(c) for t, c in log.scalars.items()}, {t: points(c) for t, c in anew.scalars.items()})


def test_only_what_is_new_is_read(tmp_path):
    path = logged(tmp_path, step_lines(range(0, 100, 10)))
    earlier = text_log.read(path)
    with path.open("r+b") as file:
        file.write(b"iter")  # changed long before the end: seen only by those who read it again
        file.seek(0, 2)
        file.write(step_lines([100]).encode())
    assert text_log.read(path, earlier).scalars["loss"].steps.tolist() == list(range(0, 101, 10))


@pytest.mark.parametrize("text", [step_lines([0, 1, 2]), step_lines(range(1000, 1100), lambda step: 7.0), ""])
def test_a_file_that_was_replaced_is_read_anew(tmp_path, text):
    path = logged(tmp_path, step_lines(range(0, 100, 10)))
    earlier = text_log.read(path)
    log, anew = text_log.read(logged(tmp_path, text), earlier), text_log.read(path)
    assert {t: points(c) for t, c in log.scalars.items()} == {t: points(c) for t, c in anew.scalars.items()}


def test_of_a_huge_text_curves_are_thinned_and_failures_are_not(tmp_path, monkeypatch):
    monkeypatch.setattr(text_log, "BLOCK", 1 << 12)
    monkeypatch.setattr(text_log, "WHOLE", 1 << 16)
    lines = step_lines(range(30_000)).splitlines(keepends=True)
    lines[12_345] = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n"
    log = text_log.read(logged(tmp_path, "".join([*lines, "Killed\n"])))
    steps = log.scalars["loss"].steps
    assert [(line.kind, line.number) for line in log.lines] == [("out-of-memory", 12_346), ("killed", 30_001)]
    assert steps[0] == 0 and steps[-1] == 29_999 and 2000 < len(steps) < 6000 and np.diff(steps).max() < 3000
    assert len(log.lost) == 1 and log.lost[0].startswith("stdout.log: its curves were taken from ")


def test_a_line_without_an_end_is_no_burden(tmp_path, monkeypatch):
    monkeypatch.setattr(text_log, "BLOCK", 1 << 12)
    log = text_log.read(logged(tmp_path, "." * 50_000 + "\n" + step_lines([0, 10, 20]) + "Killed\n" + "." * 50_000))
    assert points(log.scalars["loss"]) == RISING and [line.number for line in log.lines] == [5]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 60), st.sampled_from(sorted(STYLES)))
def test_no_bytes_make_it_fail(tmp_path_factory, junk, place, style):
    text = STYLES[style][0].encode()
    path = logged(tmp_path_factory.mktemp("text"), text[:place] + junk + text[place:])
    log = text_log.read(path)
    assert all((np.diff(curve.steps) > 0).all() and len(curve) for curve in log.scalars.values())


# Lines that tell of a failure

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
    "2020-01-02 03:04:05 | WARNING | fairseq.trainer | OOM: Ran out of memory with exception: CUDA out of memory.": "out-of-memory",
    "| WARNING: ran out of memory, retrying batch": "out-of-memory",
    "[rank3]: torch.OutOfMemoryError: HIP out of memory. Tried to allocate 2.00 GiB.": "out-of-memory",
    "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1 bytes.": "out-of-memory",
    "terminate called after throwing an instance of 'std::bad_alloc'": "out-of-memory",
    "numpy.core._exceptions._ArrayMemoryError: Unable to allocate 7.2 GiB for an array with shape (1000000,)": "out-of-memory",
    "Some of the step tasks have been OOM Killed. Out of memory: Killed process 3": "killed",
    "subprocess.CalledProcessError: Command '[...]' died with <Signals.SIGKILL: 9>.": "killed",
    "E1102 torch/distributed/elastic: failed: Signal 9 (SIGKILL) received by PID 123": "killed",
    "ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).": "data-loader",
    "OSError: [Errno 24] Too many open files": "data-loader",
    "[deepspeed] OVERFLOW! Rank 0 Skipping step. Attempted loss scale: 65536, reducing to 32768": "overflow",
    "2020-01-02 | INFO | fairseq.trainer | NOTE: gradient overflow detected, ignoring gradient, setting loss scale to: 64.0": "overflow",
    "FloatingPointError: Minimum loss scale reached (0.0001). Your loss is probably exploding.": "nan",
    "FloatingPointError: Loss became infinite or NaN at iteration=123!": "nan",
    "AssertionError: loss become infinite or NaN!": "nan",
    "ValueError: The loss returned in `training_step` is nan.": "nan",
    "ValueError: Detected nan and/or inf values in `layer.weight`. Check your forward pass for numerically unstable operations.": "nan",
    "Monitored metric val_loss = nan is not finite. Previous best value was 0.5. Signaling Trainer to stop.": "nan",
    "RuntimeError: Unexpected result nan (message='found NaN in local forward loss calculation')": "nan",
    "iteration 10/ 1000 | lm loss: 1.0E+01 | number of nan iterations:   2 |": "nan",
    "Batch 12: Invalid loss, terminating training": "nan",
    "Exception: Current loss scale already at minimum - cannot decrease scale anymore. Exiting run.": "nan",
    "FloatingPointError: gradients are Nan/Inf": "nan",
    "NanLossDuringTrainingError: NaN loss during training.": "nan",
    "ERROR:tensorflow:Model diverged with loss = NaN.": "nan",
    "THCudaCheck FAIL file=/pytorch/aten/src/THC/THCStorage.cu line=66 error=2 : out of memory": "out-of-memory",
    "RuntimeError: HIP error: out of memory": "out-of-memory",
    "RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB (NPU 0; 60.97 GiB total capacity)": "out-of-memory",
    "XlaRuntimeError: Ran out of memory in memory space hbm. Used 17G of 15.75G hbm.": "out-of-memory",
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
    "no CUDA out of memory in 10000 steps",
    "oom_kill_disable: 0",
    "memory/num_ooms: 0 | retry_on_oom: true | oom 0",
    'if "CUDA out of memory" in str(error):',
    "        # RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB",
    "print('OutOfMemoryError: the batch is too large')",
    "logger.warning(f'Loss is {loss}, OOM at step {step}: CUDA out of memory')",
    "|    explained_variance   | nan        |",
    "iteration 10/ 1000 | lm loss: 1.0E+01 | number of nan iterations:   0 |",
    "logging_nan_inf_filter: True",
    "val_loss: 0.5 - nan_ratio: 0.0",
    "grace period before the signal: 9.5 s",
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


def test_a_traceback_of_a_rank(tmp_path):
    trace = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    f()\nsubprocess.TimeoutExpired: 9 s\n'
    path = logged(tmp_path, "".join(f"[rank1]: {line}\n" for line in trace.splitlines()))
    assert [(line.kind, line.number) for line in text_log.read(path).lines] == [("traceback", 4)]


def test_awkward_text(tmp_path):
    path = tmp_path / "train.LOG"
    path.write_bytes(
        b"\xff\xfe caf\xe9\r\n 10%|\r 20%|\r\x1b[31mCUDA out\x1b[0m of memory\x07[bold]" + b"!" * 999 + b"\r\n" + b"loss: nan\n" * 100
    )
    memory, *nans = text_log.read(path).lines
    assert (
        (memory.kind, memory.number) == ("out-of-memory", 2)
        and memory.text.startswith("CUDA out of memory [bold]!!")
        and len(memory.text) == 1000
    )
    assert [line.number for line in nans] == [3, 4, 5]


@pytest.mark.parametrize("end", ["\r", "\r\r", "\x1b[0m", "\r\x1b[0m", "\x1b]0;title\nCUDA out of memory\x07"])
def test_what_ends_in_no_line_is_read(tmp_path, end):
    path = tmp_path / "train.log"
    path.write_bytes("".join(f"step {i}: loss {9 - i}.0\n" for i in range(9)).encode() + end.encode())
    log = text_log.read(path)
    assert len(log.scalars["loss"]) == 9 and [line.number for line in log.lines] == [11] * ("CUDA" in end)


def test_lines_of_a_huge_text_have_their_numbers(tmp_path):
    path = tmp_path / "out.txt"
    path.write_bytes(b"loss: nan\n" + b"." * (5 << 20) + b"\nCUDA out of memory\n" + b"." * (3 << 20) + b"\nKilled\n")
    assert [(line.kind, line.number) for line in text_log.read(path).lines] == [("nan", 1), ("out-of-memory", 3), ("killed", 5)]


# Runs that only text tells of

FALL = "".join(f"step {i * 10}/5000 | loss: {2.3 * 0.99**i + 0.01 * (i % 3):.4f} | lr: 1.0e-03\n" for i in range(300))
TRACE = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    loss.backward()\n'
ENDS = {
    "CUDA": (f"{TRACE}torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n", "out-of-memory"),
    "CPU": (f"{TRACE}RuntimeError: [enforce fail] . DefaultCPUAllocator: can't allocate memory: you tried 9 bytes.\n", "out-of-memory"),
    "killed": ("run.sh: line 3: 12345 Killed                  python train.py\n", "out-of-memory"),
    "NaN": ("Loss is nan, stopping training\n{'loss_ce': tensor(nan)}\n", "exploding-loss"),
    "NaN logged": ("".join(f"step {i}/5000 | loss: nan | lr: 1.0e-03\n" for i in range(3000, 3050, 10)), "exploding-loss"),
    "another error": (f"{TRACE}KeyError: 'image'\n", "crash"),
    "the end": ("Finished training.\n", ""),
}


@pytest.mark.parametrize("end, problem", ENDS.values(), ids=ENDS)
def test_a_run_of_which_only_text_tells_is_diagnosed(tmp_path, end, problem):
    logged(tmp_path, FALL + end)
    [report] = advisor.diagnose(tmp_path)
    assert report.run.format == "text" and report.run.signal("train_loss").tag == "loss" and len(report.run.signal("lr")) >= 300
    assert [f.problem for f in report.findings if f.level == "error" or f.problem == "out-of-memory"] == [problem] * bool(problem)
    assert not problem or "stdout.log" in report.findings[0].message or "step 3000" in report.findings[0].message


def test_each_folder_of_text_is_a_run(tmp_path):
    for name in "ab":
        logged(tmp_path / name, FALL)
    logged(tmp_path, "Submitted 2 jobs\n", "launcher.log")
    assert [run.name for run in advisor.read(tmp_path)] == ["a", "b"]


def test_text_beside_an_event_file_is_asked_for_failures_only(tmp_path):
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path / "run" / "tb")) as writer:
        for step in range(20):
            writer.add_scalar("Loss/train", 2.0 - step / 100, step)
    for folder, name in [(tmp_path, "slurm-1.out"), (tmp_path / "run", "train.log"), (tmp_path / "run" / "tb" / "text", "log.txt")]:
        logged(folder, FALL + "CUDA out of memory\n", name)
    [run] = advisor.read(tmp_path)
    assert list(run.scalars) == ["Loss/train"] and run.format == "tensorboard"
    assert {Path(line.path).name for line in run.lines} == {"slurm-1.out", "train.log"}


def test_a_text_file_by_its_name(tmp_path):
    [run] = advisor.read(logged(tmp_path, FALL, "slurm-12.out"))
    assert run.name == "slurm-12.out" and run.steps == (0, 2990) and run.format == "text"


def test_a_file_that_holds_nothing_but_a_failure(tmp_path):
    path = logged(tmp_path, f"Loading\n{TRACE}torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n")
    [report] = advisor.diagnose(path)
    assert [f.problem for f in report.findings] == ["out-of-memory"]


def test_two_logs_of_one_training(tmp_path):
    logged(tmp_path, FALL, "train.log")
    logged(tmp_path, "".join(f"step {i * 100}: val loss {2.5 - i / 100:.3f}\n" for i in range(20)), "val.log")
    [run] = advisor.read(tmp_path)
    assert len(run.signal("train_loss")) == 300 and len(run.signal("val_loss")) == 20


def test_reading_text_imports_nothing_heavy():
    heavy = ("torch", "pandas", "sklearn", "tensorboard")
    code = f"import sys, advisor.reading.formats.text_log; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
