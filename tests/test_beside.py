"""Text and hyperparameter files beside runs: of which of them they tell."""

from advisor.run import read
from tests.logs import log, only


def test_files_beside_a_run(tmp_path):
    log(tmp_path / "out" / "runs" / "a", {"loss": range(20)})
    (tmp_path / "out" / "train.log").write_text("ok\nCUDA out of memory. Tried to allocate\n")
    (tmp_path / "out" / "args.yaml").write_text("lr: 1e-3\nbatch_size: 8\n")
    (tmp_path / "out" / "runs" / "a" / "hparams.yaml").write_text("lr: 1e-2\n")
    run = only(tmp_path)
    assert run.hparams == {"lr": 0.01, "batch_size": 8}
    assert [(line.kind, line.number) for line in run.lines] == [("out-of-memory", 2)] and run.signal("lines") == run.lines


def test_files_beside_several_runs_are_nobodys(tmp_path):
    for name in "ab":
        log(tmp_path / name, {"loss": range(20)})
    (tmp_path / "train.log").write_text("Killed\n")
    assert [run.lines for run in read(tmp_path)] == [(), ()]
