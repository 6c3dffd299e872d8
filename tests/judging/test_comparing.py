"""Two runs beside each other: what differs is told first, and chance is not called progress."""

from pathlib import Path

import numpy as np
import pytest

from advisor.comparing import seed_noise
from advisor.comparing.comparison import compared
from advisor.comparing.reached import at_equal_time, level, share
from advisor.comparing.settings_apart import SEVERAL, settings_apart
from advisor.errors import AdvisorError
from advisor.run import Run
from advisor.scalar import scalar

STEPS = np.arange(0, 1000, 10)


def run_of(end, hparams=None, seconds=1.0, steps=STEPS, name="x", **more):
    values = end + (2.3 - end) * np.exp(-steps / 100)
    curves = {"val_loss": values, **more}
    scalars = {tag: scalar(steps, v, 1e9 + seconds * steps, tag) for tag, v in curves.items()}
    return Run(Path("runs") / name, scalars, hparams=hparams or {}, name=name)


def group(mean, deviation, count, seed):
    ends = mean + deviation * np.random.default_rng(seed).standard_normal(count)
    return [run_of(end, {"lr": 0.1, "seed": i}) for i, end in enumerate(ends)]


def test_what_was_set_otherwise_is_told_with_the_rate_first_and_the_seed_last():
    a = run_of(0.5, {"seed": 1, "learning_rate": 0.1, "weight_decay": 0.0, "zeta": 1, "same": "1e-3"})
    b = run_of(0.5, {"seed": 2, "lr": "0.01", "weight_decay": 0.1, "zeta": 2, "same": 0.001})
    assert [s.hparam for s in settings_apart([a], [b])] == ["lr", "weight_decay", "zeta", "seed"]
    assert next((s.a, s.b) for s in settings_apart([a, b], [b, b])) == (SEVERAL, "0.01")


@pytest.mark.parametrize("shift, verdict", [(-0.3, "better"), (0.3, "worse"), (0.0, "no-difference")])
def test_groups_of_seeds_are_judged_beyond_their_noise(shift, verdict):
    told = compared(group(0.5, 0.02, 4, 0), group(0.5 + shift, 0.02, 4, 1))
    assert told.verdict == verdict and told.noise.seeds == 8 and told.noise.low < told.steps.gain < told.noise.high


def test_chance_is_called_better_or_worse_no_more_often_than_its_level_allows():
    said = [compared(group(0.5, 0.3, 3, seed), group(0.5, 0.3, 3, 1000 + seed)).verdict for seed in range(100)]
    assert sum(verdict in ("better", "worse") for verdict in said) <= 11  # 5 % are 5


def test_of_single_runs_nothing_is_told_by_a_small_difference():
    assert compared([run_of(0.5)], [run_of(0.4)]).verdict == "cannot-tell"
    assert compared([run_of(0.5)], [run_of(2.2)]).verdict == "worse"
    assert compared([run_of(0.5)], [run_of(0.5)]).verdict == "no-difference"


def test_a_run_that_was_lost_is_the_worse_one():
    lost = run_of(0.5, val_loss=np.where(STEPS < 500, 1.0, np.nan))
    assert compared([run_of(0.5)], [lost]).verdict == "worse" and compared([lost], [run_of(2.0)]).verdict == "better"
    assert compared([lost], [lost, lost]).verdict == "cannot-tell"


def test_longer_is_not_better_where_steps_are_equal():
    told = compared([run_of(0.5, steps=STEPS[:20])], [run_of(0.5)])
    assert told.steps.at == 190 and told.steps.gain == 0


def test_twice_as_fast_comes_further_in_equal_time():
    found = at_equal_time("val_loss", [run_of(0.5, seconds=2.0)], [run_of(0.5, seconds=1.0)])
    assert found.at == pytest.approx(990) and found.gain > 0.001
    assert at_equal_time("val_loss", [run_of(0.5)], [run_of(0.5, seconds=np.nan)]) is None


def test_an_accuracy_is_better_where_it_is_higher():
    a, b = (Run(Path(str(end)), {"val/acc": scalar(STEPS, 0.1 + end * (1 - np.exp(-STEPS / 100)), tag="val/acc")}) for end in (0.2, 0.8))
    assert compared([a], [b]).verdict == "better" and compared([a], [b]).steps.signal == "val_accuracy"


def test_seeds_beside_a_run_tell_the_noise(monkeypatch):
    others = [run_of(0.5 + 0.001 * i, {"lr": 0.1, "seed": i}, name=f"seed{i}") for i in range(5)]
    assert [seed_noise.only_by_seed(others[0], run) for run in others] == [False, True, True, True, True]
    assert not seed_noise.only_by_seed(others[0], run_of(0.5, {"lr": 0.2, "seed": 9}))


def test_two_runs_without_a_signal_in_common():
    with pytest.raises(AdvisorError, match="no signal in common"):
        compared([run_of(0.5)], [Run(Path("y"), {"odd": scalar(STEPS, STEPS, tag="odd")}, name="y")])


def test_losses_of_two_kinds_are_doubted():
    a, b = (run_of(0.5, train_loss=np.linspace(start, 0.1, len(STEPS))) for start in (2.3, 700.0))
    assert "began at 2.3 and 700" in compared([a], [b]).doubt and not compared([a], [a]).doubt


def test_what_a_run_reached_is_its_end_without_a_wild_point():
    values = np.linspace(2, 1, 100)
    values[-3] = 1e9
    assert level(scalar(STEPS, values)) == pytest.approx(1.05, abs=0.01)
    assert share(1.0, 0.5, 2.0, -1) == pytest.approx(1 / 3) and np.isnan(share(3.0, 3.5, 2.0, -1))
