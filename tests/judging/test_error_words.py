"""A program that ended is mended as its error's own words say, whatever other errors its end gave rise to."""

import pytest

from advisor import curves
from advisor.evidence.failing.error_words import mend_of
from advisor.judging import engine
from advisor.scalar import CUT_OFF, Line

PORT = "RuntimeError: The server socket has failed to bind to [::]:29500 (errno: 98 - Address already in use)."
WORKER = "RuntimeError: DataLoader worker (pid 71) is killed by signal: Bus error. Please try to raise your shared memory limit."


def line(text, kind="traceback", **place):
    return Line(kind, "train.log", 7, text, **place)


@pytest.mark.parametrize("text, hparam", [
    (PORT, "port"), (WORKER, "shared_memory"),
    ("RuntimeError: unable to write to file </torch_12_34>: shared memory", "shared_memory"),
    ("RuntimeError: received 0 items of ancdata", "open_files"),
    ("RuntimeError: DataLoader worker (pid 71) is killed by signal: Killed.", "num_workers"),
    ("RuntimeError: DataLoader worker (pid(s) 71, 72) exited unexpectedly", "num_workers"),
    ("OSError: [Errno 28] No space left on device", "disk_space"),
    ("RuntimeError: [enforce fail at inline_container.cc:764] . PytorchStreamWriter failed writing file data/17", "disk_space"),
    ("ModuleNotFoundError: No module named 'apex'", "package"),
    ("ImportError: libcudart.so.11.0: error while loading shared libraries", "package"),
    ("RuntimeError: No CUDA GPUs are available", "visible_device"), ("AssertionError: Torch not compiled with CUDA enabled", "torch_build"),
    ("UnicodeEncodeError: 'charmap' codec can't encode character '\\u2588' in position 2: character maps to <undefined>", "encoding"),
    ("IndexError: Target 10 is out of bounds.", "label_range"), ("IndexError: index out of range in self", "label_range"),
    ("RuntimeError: CUDA error: device-side assert triggered", "label_range"),
    ("RuntimeError: CUDA error: an illegal memory access was encountered", "launch_blocking"),
    ("ValueError: Input contains NaN, infinity or a value too large for dtype('float32').", "first_nan"),
    ("RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation", "anomaly_detection"),
    ("RuntimeError: Error(s) in loading state_dict for Net:", "checkpoint"),
    ("RuntimeError: stack expects each tensor to be equal size, but got [3, 64] at entry 0 and [3, 60] at entry 1", "collate"),
    ("RuntimeError: mat1 and mat2 shapes cannot be multiplied (32x512 and 256x10)", "shapes"),
    ("ValueError: Expected input batch_size (32) to match target batch_size (16).", "shapes"),
    ("FileNotFoundError: [Errno 2] No such file or directory: 'data/train.csv'", "file_path"),
    ("PermissionError: [Errno 13] Permission denied: '/data'", "file_path"),
    ("EOFError: Ran out of input", "file_path"),
    ("requests.exceptions.ConnectionError: HTTPSConnectionPool: Max retries exceeded with url", "downloads"),
    ("OSError: [WinError 1455] The paging file is too small for this operation to complete", "num_workers"),
    ("RuntimeError: Cannot re-initialize CUDA in forked subprocess. To use CUDA with multiprocessing, use 'spawn'", "start_method"),
    ("ValueError: Expected more than 1 value per channel when training, got input size torch.Size([1, 512])", "last_batch"),
    ("RuntimeError: Trying to backward through the graph a second time", "retained_graph"),
    ("ValueError: num_samples should be a positive integer value, but got num_samples=0", "file_path"),
    ("AttributeError: module 'numpy' has no attribute 'float'.", "package"),
    ("TypeError: __init__() got an unexpected keyword argument 'evaluation_strategy'", "package"),
    ("SyntaxError: invalid syntax", "failing_line"), ("KeyError: 'label'", "failing_line"),
    ("IndexError: list index out of range", "failing_line"),
])  # fmt: skip
def test_the_words_of_an_error_choose_the_mend(text, hparam):
    mend = mend_of([line(text)])
    assert mend.hparam == hparam and text[:30] in mend.why


def test_an_error_that_passes_on_anothers_is_not_the_one_to_mend():
    told = [line(PORT), line("torch.distributed.elastic.multiprocessing.errors.ChildFailedError:")]
    assert mend_of(told).line == told[0] and mend_of([line("KeyError: 'x'"), told[1]]).line.text == "KeyError: 'x'"


def test_processes_that_waited_in_vain_are_looked_at_only_where_nothing_else_failed():
    waited = line("[Rank 1] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=9)", "communication")
    assert mend_of([waited]).hparam == "collectives"
    assert mend_of([line("KeyError: 'x'"), waited]).line.text == "KeyError: 'x'"


def test_the_place_is_told_where_it_is_at_fault_and_a_debugger_only_where_it_can_hold():
    plain = mend_of([line("KeyError: 'x'", at="data.py line 12, in load")])
    assert "at data.py line 12, in load: KeyError" in plain.why and "pdb" in plain.how
    assert "train.py" not in mend_of([line(WORKER, at="train.py line 3")]).why
    assert not mend_of([line("KeyError: 'x'"), line("[rank0]: ChildFailedError", "communication")]).how


@pytest.mark.parametrize("kind, text, said", [
    ("traceback", "torch.distributed.elastic.multiprocessing.errors.ChildFailedError:", "another process failed"),
    ("traceback", CUT_OFF, "ends before it names the error"), ("time-limit", "CANCELLED DUE TO TIME LIMIT", "too little time"),
])  # fmt: skip
def test_nothing_is_said_of_an_error_that_is_not_told(kind, text, said):
    report = engine.diagnose(curves.example(dict(lines=(line(text, kind),))))
    assert said in report.first_change.why and "the error says" not in report.first_change.why


@pytest.mark.parametrize("text, says", [
    ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 16.00 GiB of which 2.00 GiB is "
     "free. Of the allocated memory 6.00 GiB is allocated by PyTorch, and 6.50 GiB is reserved by PyTorch but unallocated.", "expandable"),
    ("RuntimeError: CUDA out of memory. Tried to allocate 2.50 GiB (GPU 0; 16.00 GiB total capacity; 6.00 GiB already allocated; 2.00 GiB "
     "free; 12.50 GiB reserved in total by PyTorch) If reserved memory is >> allocated memory try setting max_split_size_mb", "max_split"),
    ("RuntimeError: CUDA out of memory. Tried to allocate 2.50 GiB (GPU 0; 16.00 GiB total capacity; 6.00 GiB already allocated; 2.00 GiB "
     "free; 12.50 GiB reserved in total by PyTorch)", ""),
])  # fmt: skip
def test_the_allocator_is_set_as_the_pytorch_that_failed_can_set_it(text, says):
    first = engine.diagnose(curves.example(dict(lines=(line(text, "out-of-memory"),)))).first_change
    assert (says in str(first.to)) if says else (first.hparam, first.by) == ("batch_size", 0.5)


def test_a_killed_process_is_no_full_device_and_an_evaluation_no_step():
    killed, full = line("Killed", "killed"), line("CUDA out of memory.", "out-of-memory")
    firsts = [engine.diagnose(curves.example(dict(lines=lines))).first_change.hparam for lines in ((killed,), (full, killed), (full,))]
    assert firsts == ["host_memory", "batch_size", "batch_size"]
    in_evaluation = line("CUDA out of memory.", "out-of-memory", evaluating=True)
    assert engine.diagnose(curves.example(dict(lines=(in_evaluation,)))).first_change.hparam == "evaluation_memory"


def test_a_worker_that_lost_its_parent_reads_no_damaged_file():
    error = line("_pickle.UnpicklingError: pickle data was truncated", at="spawn.py line 126, in _main")
    assert mend_of([error]).hparam == "num_workers"
