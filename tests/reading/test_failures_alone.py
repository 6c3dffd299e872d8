"""A failure before the first number is a run's whole story; one that a training outlived is not its end."""

import pytest

import advisor
from advisor.evidence.failing.error_words import mend_of
from advisor.judging import engine
from advisor.reading.runs import read

TRACE = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    loss.backward()\n'
MEMORY = f"{TRACE}torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n"


def steps(first=0, n=60):
    return "".join(f"step {i}: loss {2.3 * 0.97**i + 0.01 * (i % 3):.4f}\n" for i in range(first, first + n))


def written(folder, text, name="train.log"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    "end, problem",
    [
        (MEMORY, "out-of-memory"),
        ("RuntimeError: cuda runtime error (2) : out of memory at THCStorage.cu:66\n", "out-of-memory"),
        (f"{TRACE}Exception: no such split\n", "crash"),
        (TRACE, "crash"),
        ("slurmstepd: error: *** JOB 7 ON c17 CANCELLED AT 2024-04-05T13:06:20 DUE TO TIME LIMIT ***\n", "crash"),
        ("[2022-04-30 13:26:01,117][hydra.utils][ERROR] - No module named 'ops'\n", "crash"),
        ("2025-09-13 15:57:11,726 - __main__ - ERROR - Ablation failed: default_collate\n2025-09-13 15:57:12 - INFO - Done\n", "crash"),
        ("slurmstepd: error: Detected 1 oom-kill event(s) in step 1.batch\n", "out-of-memory"),
    ],
)
@pytest.mark.parametrize("place", ["", "logs", "a/b/files"])
def test_a_failure_before_the_first_number_is_a_run(tmp_path, place, end, problem):
    written(tmp_path / place, f"Loading data\n{end}")
    [report] = advisor.diagnose(tmp_path)
    assert [f.problem for f in report.findings] == [problem] and report.run.format == "text"


def test_in_a_sweep_the_run_that_failed_at_once_is_one_of_the_runs(tmp_path):
    for name in "ab":
        written(tmp_path / name, steps())
    written(tmp_path / "c", f"Loading\n{MEMORY}")
    written(tmp_path, f"Launching\n{TRACE}ValueError: one job failed\n", "launcher.log")
    assert [run.name for run in read(tmp_path)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "text",
    [
        "a - ERROR - b\n" + "Loading\n" * 40,
        "Error rates\n",
        "Killed by nobody\n",
        "loss scale: reducing loss scale to 32768.0\n",
        "Loading\n",
    ],
)
def test_a_text_that_tells_of_no_end_is_no_run(tmp_path, text):
    with pytest.raises(advisor.AdvisorError):
        read(written(tmp_path, text))


OUTLIVED = {
    "a session after it": steps(0, 30) + MEMORY + steps(30),
    "it named its losses by their sets alone": "".join(
        f"Epoch {n}/40 | train: {9 - n / 5:.3f} (1.2 bpd) | val: {9 - n / 6:.3f} | lr: 0.001\n"
        + (f"{TRACE}OSError: [Errno 39]\n" if n == 9 else "")
        for n in range(1, 31)
    ),
    "TensorFlow reserves less": "2021-05-09 18:30:53.33: I tensorflow/stream_executor/cuda/cuda_driver.cc:789] failed to allocate 613.15M "
    "(642935552 bytes) from device: CUDA_ERROR_OUT_OF_MEMORY: out of memory\n" + steps(),
    "it says completed": steps() + f"{TRACE}ValueError: in a worker\n" + "Training completed in 3h 2m\n",
    "Lightning's last word": steps() + f"{TRACE}KeyError: 'x'\n" + "`Trainer.fit` stopped: `max_epochs=3` reached.\n",
    "somebody stopped it": steps() + f"{TRACE}KeyboardInterrupt\n",
    "the cluster stopped it": steps() + f"{TRACE}torch.distributed.elastic.multiprocessing.api.SignalException: Process 7 got signal: 15\n",
    "errors that were logged": steps() + "2025-09-13 15:57:11,726 - __main__ - ERROR - no picture 17\n",
    "ignored by Python": steps() + f"Exception ignored in: <function _releaseLock at 0x7f>\n{TRACE}AttributeError: 'NoneType'\n",
    "a logger's": steps() + f"--- Logging error ---\n{TRACE}ValueError: I/O operation on closed file.\nMessage: 'x'\n",
}


@pytest.mark.parametrize("text", OUTLIVED.values(), ids=OUTLIVED)
def test_what_the_training_outlived_is_not_its_end(tmp_path, text):
    [run] = read(written(tmp_path, text))
    assert run.lines == ()


ENDED = {
    "after a completed stage": "Training completed\n" + steps() + MEMORY,
    "while other ranks went on for a while": steps() + MEMORY + steps(60, 3),
    "in the second session": steps(0, 30) + f"{TRACE}KeyError: 'x'\n" * 3 + steps(30) + f"{TRACE}ValueError: y\n",
    "cut within the traceback": steps() + TRACE,
    "a plain Exception": steps() + f"{TRACE}Exception: no\n",
}


@pytest.mark.parametrize("text", ENDED.values(), ids=ENDED)
def test_what_ended_the_training_is_kept(tmp_path, text):
    [run] = read(written(tmp_path, text))
    assert len(run.lines) == 1 and run.lines[0].number > text.count("\n") - 10


FRAMES = (
    'Traceback (most recent call last):\n  File "/home/me/train.py", line 9, in <module>\n    main()\n'
    '  File "/home/me/{file}", line 4, in {name}\n    f()\n'
    '  File "/usr/lib/python3/site-packages/torch/nn/functional.py", line 7, in linear\n    return\n{error}\n'
)
FULL = "RuntimeError: CUDA error: out of memory"


@pytest.mark.parametrize("file, name, at", [("model.py", "forward", "model.py line 4, in forward"), ("h5f.pyx", "open", "train.py line 9")])
def test_an_error_is_placed_in_the_users_own_code(tmp_path, file, name, at):
    [run] = read(written(tmp_path, "Loading\n" + FRAMES.format(file=file, name=name, error="KeyError: 'x'")))
    assert [line.at for line in run.lines] == [at]


@pytest.mark.parametrize("text, evaluating", [
    (FRAMES.format(file="a.py", name="evaluate", error=FULL), True), (FRAMES.format(file="a.py", name="train_step", error=FULL), False),
    (f"0/10 * Epoch (valid):   3% 1/32 [00:01<00:46]\n{TRACE}{FULL}\n", True),
    (f"Epoch 1:   3% 1/32 [00:01<00:46]\n{TRACE}{FULL}\n", False),
    (f"Validation: 100% 32/32 [00:01<00:00]\n{TRACE}{FULL}\n", False),
])  # fmt: skip
def test_where_memory_ran_out_is_told_by_the_code_or_by_the_bar_above(tmp_path, text, evaluating):
    [run] = read(written(tmp_path, f"Loading\n{text}"))
    assert [line.evaluating for line in run.lines] == [evaluating]


@pytest.mark.parametrize("path, script", [
    ("tools/run.py", "tools/run.py"), ("/home/me/tune.py", "tune.py"), ("/home/me/a; b.py", ""), ("<stdin>", ""),
])  # fmt: skip
def test_the_script_that_was_started_is_named_to_the_debugger(tmp_path, path, script):
    frames = f'  File "{path}", line 3, in <module>\n    main()\n  File "net.py", line 9, in main\n    f()\n'
    [run] = read(written(tmp_path, f"Loading\nTraceback (most recent call last):\n{frames}KeyError: 'x'\n"))
    assert [line.script for line in run.lines] == [script]
    assert f"-c continue {script or 'train.py'} " in mend_of(run.lines).how


@pytest.mark.parametrize("frame, half", [
    ('  File "/opt/tool/utils/fp16.py", line 94, in backward\n    loss.backward()\n', True),
    ('  File "train.py", line 94, in train\n    scaled_loss.backward()\n', True),
    ('  File "train.py", line 94, in train\n    loss.backward()\n', False),
])  # fmt: skip
def test_a_traceback_shows_that_16_bits_are_on_and_then_they_are_not_proposed(tmp_path, frame, half):
    [run] = read(written(tmp_path, f"Loading\n{TRACE}{frame}{FULL}\n"))
    assert [line.half for line in run.lines] == [half]
    [finding] = [found for found in engine.diagnose(run).findings if found.problem == "out-of-memory"]
    assert ("precision" in {change.hparam for cause in finding.causes for change in cause.changes}) is not half


def test_a_script_that_does_not_parse_is_a_later_start(tmp_path):
    later = '  File "train.py", line 232\n    optim="adamw"\n        ^\nSyntaxError: invalid syntax\n'
    [run] = read(written(tmp_path, f"Loading\n{MEMORY}{later}"))
    assert [(line.kind, line.at) for line in run.lines] == [("traceback", "train.py line 232")]


def test_a_loss_that_is_scaled_by_next_to_nothing_is_lost(tmp_path):
    halved = "Gradient overflow. Skipping step, loss scaler 0 reducing loss scale to {}\n"
    lost = written(tmp_path / "lost", "".join(halved.format(2.0**-n) for n in range(30)))
    tried = written(tmp_path / "tried", "".join(halved.format(2.0**n) for n in (15, 14, 13)) + steps())
    [report] = advisor.diagnose(lost)
    assert [f.problem for f in report.findings] == ["exploding-loss"] and "next to nothing" in report.findings[0].message
    assert advisor.diagnose(tried)[0].verdict == "healthy"


def test_a_loss_of_0_is_read_while_its_rate_is_raised(tmp_path):
    line = "{{'loss': 0.0, 'grad_norm': nan, 'learning_rate': {}, 'epoch': 0.0}}\n"
    [report] = advisor.diagnose(written(tmp_path, "".join(line.format(1e-5 * n) for n in range(1, 14))))
    assert [f.problem for f in report.findings] == ["hidden-nan"]
