"""What people paste and save by hand: tensors as text, tables inside of a text, counters alone on their line, curves without a name."""

import numpy as np
import pytest

import advisor

FALL = 2 * np.exp(-np.arange(40) / 9) + 1.1
HISTORY = "Total params: 264\n\n,loss,acc,val_loss,val_acc\n" + "".join(
    f"{i},{v:.6f},{1 - v / 4:.5f},{v + 0.1:.6f},{0.9 - v / 4:.5f}\n" for i, v in enumerate(FALL)
)
TENSORS = "Epoch,Train_loss,Val_loss\n" + "".join(
    f'{i},"tensor({v:.4f}, device=\'cuda:0\', grad_fn=<DivBackward0>)","tensor({v + 0.1:.4f})"\n' for i, v in enumerate(FALL)
)
BATCHES = "".join(
    f"Epoch {i // 8 + 1}/5\n" * (i % 8 == 0) + f"  Batch {i % 8 + 1}/8\n    Loss: {v:.4f}\n    Grad norm: {v * 3:.3f}\n"
    for i, v in enumerate(FALL)
)


def one(tmp_path, text, name):
    (tmp_path / name).write_text(text)
    (report,) = advisor.diagnose(tmp_path)
    return report


@pytest.mark.parametrize(
    ("text", "name", "signals"),
    [
        (HISTORY, "run.log", ("train_loss", "val_loss", "val_accuracy")),
        (TENSORS, "losses.csv", ("train_loss", "val_loss")),
        (BATCHES, "train.out", ("train_loss",)),
    ],
    ids=["a history in a text", "tensors as text", "counters alone on their lines"],
)
def test_curves_are_read(tmp_path, text, name, signals):
    run = one(tmp_path, text, name).run
    for signal in signals:
        assert len(run.signal(signal)) == len(FALL)
    np.testing.assert_allclose(run.signal("train_loss").values, FALL, atol=1e-4)


def test_two_lines_are_a_training_too_short_to_be_judged(tmp_path):
    text = "".join(
        f"2020-05-15 14:4{i}:49,633 - mmdet - INFO - Epoch [1][{i}50/2500]\tlr: 0.00125, loss: {2 - i / 9:.4f}\n" for i in (1, 2)
    )
    report = one(tmp_path, text, "train.log")
    assert report.run.signal("train_loss").steps.tolist() == [150, 250] and report.verdict == "cannot-tell"


def test_both_sides_of_a_game_are_a_history(tmp_path):
    rng = np.random.default_rng(0)
    rows = "".join(f"{a:.5f},{b:.5f}\n" for a, b in 3 + rng.random((30, 2)))
    assert one(tmp_path, f"gen_loss,disc_loss\n{rows}", "train_loss.csv").verdict == "cannot-tell"


def test_rewards_beside_losses_are_reinforcement_learning(tmp_path):
    (tmp_path / "losses.csv").write_text("losses\n" + "".join(f"{v:.6f}\n" for v in np.exp(np.sin(np.arange(99.0)))))
    report = one(tmp_path, "rewards\n" + "".join(f"{i * 37 % 900}.0\n" for i in range(99)), "epoch_rewards.csv")
    assert report.run.signal("task").name == "reinforcement-learning" and not report.findings


def exported(values):
    return "Wall time,Step,Value\n" + "".join(f"{1.7e9 + 42 * i:.2f},{50 * i},{v:.6f}\n" for i, v in enumerate(values))


def test_one_curve_without_a_name_is_a_loss_where_it_moves_as_one(tmp_path):
    noisy = FALL * (1 + 0.05 * np.random.default_rng(0).standard_normal(40))
    assert one(tmp_path, exported(noisy), "run_7.csv").run.signal("train_loss") is not None


@pytest.mark.parametrize("values", [FALL, FALL[::-1], FALL / 9], ids=["even, as a schedule is", "rises", "a share"])
def test_one_curve_that_may_be_anything_is_none(tmp_path, values):
    assert one(tmp_path, exported(values), "run_7.csv").run.signal("train_loss") is None


def test_a_traceback_behind_a_prompt_is_heard(tmp_path):
    told = '  File "train.py", line 5, in main\nOSError: [Errno 9] Bad file descriptor\n'
    text = f"lr: 0.0004\nWrite some notes: Traceback (most recent call last):\n{told}"
    assert [f.problem for f in one(tmp_path, text, "nohup.out").findings] == ["crash"]
