"""What stands beside an error is read: the lines it goes on with, the line of code, the end of the training, and what was at work."""

import pytest

from advisor.judging import engine
from advisor.reading.runs import read

TRACE = 'Traceback (most recent call last):\n  File "train.py", line 3, in <module>\n    run()\n'
STATE = (
    "RuntimeError: Error(s) in loading state_dict for Net:\n"
    "\tsize mismatch for head.weight: copying a param with shape torch.Size([3, 64]) from checkpoint, "
    "the shape in current model is torch.Size([2, 64]).\n"
)
MISSING = "RuntimeError: The file 'tools/quantize' does not exist.\n"
LOSSES = "".join(f"epoch {i}: loss {2 * 0.9**i:.4f}\n" for i in range(12))
MEMORY = (
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 96.00 MiB (GPU 0; 23.69 GiB total capacity; 22.01 GiB already "
    "allocated; 77.06 MiB free; 22.23 GiB reserved in total by PyTorch)\n"
)
PACKAGES = "/opt/lib/python3.10/site-packages/torch"


def diagnosed(folder, text):
    (folder / "train.log").write_text(text)
    [run] = read(folder)
    return engine.diagnose(run)


def test_weights_of_another_size_are_told_with_both_sizes(tmp_path):
    change = diagnosed(tmp_path, TRACE + STATE).first_change
    assert change.hparam == "checkpoint"
    assert "head.weight is [3, 64] in the file and [2, 64] in the model" in change.why


@pytest.mark.parametrize("code, hparam, said", [
    ("<!DOCTYPE html>", "script", "a web page"), ("<<<<<<< HEAD", "failing_line", "a merge"),
    ("!pip install torch", "failing_line", "notebook"), ("def f(:", "failing_line", "cannot read that file"),
    ("x = <html", "failing_line", "cannot read that file"),
])  # fmt: skip
def test_the_line_that_could_not_be_read_says_what_the_file_is(tmp_path, code, hparam, said):
    change = diagnosed(tmp_path, f'  File "train.py", line 7\n    {code}\n    ^\nSyntaxError: invalid syntax\n').first_change
    assert change.hparam == hparam
    assert said in change.why


@pytest.mark.parametrize("installed", [
    r"C:\Users\me\AppData\Local\Python\Python39\lib\encodings\cp1252.py", r"D:\anaconda3\lib\shutil.py", r"C:\envs\gpu\Lib\json.py",
])  # fmt: skip
def test_pythons_own_files_on_windows_are_nobodys_to_mend(tmp_path, installed):
    text = f'{TRACE}  File "C:\\work\\lib\\report.py", line 5, in show\n    f()\n  File "{installed}", line 19, in f\n    x\nKeyError: 3\n'
    assert "at report.py line 5, in show: KeyError" in diagnosed(tmp_path, text).first_change.why


@pytest.mark.parametrize("above, few", [("", False), (LOSSES, True)])
def test_no_debugger_is_started_over_a_whole_training_that_comes_first(tmp_path, above, few):
    how = diagnosed(tmp_path, f"{above}{TRACE}KeyError: 3\n").first_change.how["pytorch"]
    assert "pdb" in how and ("a few steps of training only" in how) == few


@pytest.mark.parametrize("end", ["Final loss: 0.56\n", "{'train_runtime': 85.2, 'train_loss': 0.56}\n", "Training completed.\n"])
def test_an_error_after_the_end_of_the_training_costs_none_of_it(tmp_path, end):
    report = diagnosed(tmp_path, LOSSES + end + TRACE + MISSING)
    crash = next(finding for finding in report.findings if finding.problem == "crash")
    assert crash.message.startswith("The training was done (step 11); its program then ended by an error")
    [cause] = crash.causes
    assert [change.hparam for change in cause.changes] == ["file_path"]
    assert "training itself was done" in cause.changes[0].why


@pytest.mark.parametrize("between", ["", "Final loss: 0.56\n" + LOSSES])
def test_an_error_while_it_trains_ends_it(tmp_path, between):
    report = diagnosed(tmp_path, LOSSES + between + TRACE + MISSING)
    crash = next(finding for finding in report.findings if finding.problem == "crash")
    assert crash.message.startswith("Training ended after step ")
    assert [change.hparam for change in crash.causes[0].changes] == ["file_path", "checkpoint"]


@pytest.mark.parametrize("frames, hparam", [
    ([("nn/modules/module.py", "to"), ("nn/modules/module.py", "convert")], "weight_precision"),
    ([("../transformers/modeling_utils.py", "from_pretrained")], "weight_precision"),
    ([("optim/adamw.py", "step"), ("optim/adamw.py", "_init_group")], "optimizer_state"),
    ([("optim/lr_scheduler.py", "step")], "batch_size"),
    ([("optim/lbfgs.py", "step"), ("nn/modules/module.py", "_call_impl")], "batch_size"),
    ([("nn/modules/module.py", "_call_impl"), ("nn/modules/linear.py", "forward")], "batch_size"),
])  # fmt: skip
def test_where_no_batch_was_at_work_no_smaller_one_is_asked_for(tmp_path, frames, hparam):
    told = "".join(f'  File "{PACKAGES}/{path}", line 8, in {name}\n    step()\n' for path, name in frames)
    assert diagnosed(tmp_path, TRACE + told + MEMORY).first_change.hparam == hparam


def test_an_optimizer_that_took_steps_before_holds_its_state_already(tmp_path):
    step = f'  File "{PACKAGES}/optim/adamw.py", line 8, in step\n    step()\n'
    report = diagnosed(tmp_path, LOSSES + TRACE + step + MEMORY)
    assert next(f for f in report.findings if f.problem == "out-of-memory").causes[0].cause == "batch-size-too-large"


def test_a_batch_of_one_is_not_halved(tmp_path):
    report = diagnosed(tmp_path, "batch_size: 1\n" + TRACE + MEMORY)
    assert report.run.signal("hparams")["batch_size"] == 1
    assert "batch_size" not in [change.hparam for cause in report.findings[0].causes for change in cause.changes]
