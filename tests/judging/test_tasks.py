"""Tasks: each is recognized by its own examples and by no other's, and none where nothing is sure."""

import inspect
import pickle
from pathlib import Path

import numpy as np
import pytest

import advisor
from advisor.curves import POINTS, T, fall, flat, noise, rise
from advisor.finding import LOUD
from advisor.judging import engine
from advisor.judging.rules import problems
from advisor.judging.settings import Settings
from advisor.run import Run
from advisor.scalar import Line, scalar
from advisor.signals.hparams import HPARAMS
from advisor.signals.logged import Logged
from advisor.signals.vocabulary import SIGNALS
from advisor.tasks import DEFAULT, described, recognized, tasks

IS, IS_NOT = (
    [pytest.param(name, example, id=f"{name}: {title}") for name, m in tasks().items() for title, example in getattr(m, part).items()]
    for part in ("IS", "IS_NOT")
)


HEALTHY, ILL = (
    [pytest.param(name, example, id=f"{name}: {title}") for name, m in tasks().items() for title, example in getattr(m, part).items()]
    for part in ("HEALTHY", "ILL")
)


def task(tags=(), hparams=None, folder=""):
    return recognized(Logged(tags, hparams or {}, folder=folder)).name


@pytest.mark.parametrize("name, example", IS)
def test_a_task_is_recognized_by_its_examples(name, example):
    assert task(**example) == name


@pytest.mark.parametrize("name, example", IS_NOT)
def test_a_task_is_not_recognized_where_it_is_not(name, example):
    assert task(**example) != name


@pytest.mark.parametrize("name, module", tasks().items())
def test_a_task_names_what_there_is_and_says_what_it_is(name, module):
    known, told = [rule.name for rule in problems()], described(name)
    assert {*told.holds, *told.spares} <= set(known) and set(told.ignores) <= set(SIGNALS) and set(told.advises_not) <= set(HPARAMS)
    limits = {rule.name: set(rule.thresholds) for rule in problems()}
    assert all(set(changed) <= limits[problem] for problem, changed in getattr(module, "THRESHOLDS", {}).items())
    assert set(getattr(module, "BEFORE", ())) <= set(tasks()) - {name} and bool(told.holds) == bool(told.cannot_tell)
    text = inspect.getdoc(module)
    assert "What is normal\n" in text and "How it is recognized\n" in text
    assert name == DEFAULT or "References\n" in text
    assert module.IS and (module.IS_NOT or name == DEFAULT) and module.HEALTHY and module.ILL
    assert pickle.loads(pickle.dumps(told)) == told


def test_the_task_tells_by_what_it_was_recognized():
    assert recognized(Logged(["g_loss", "d_loss", "time"], {})).signs == ("g_loss", "d_loss")


@pytest.mark.parametrize("name, example", HEALTHY)
def test_what_is_normal_in_a_task_is_no_alarm(name, example):
    report = engine.diagnose(logged(**example))
    assert report.run.signal("task").name == name and not [f.message for f in report.findings if f.level in LOUD]


@pytest.mark.parametrize("name, example", ILL)
def test_what_is_ill_in_a_task_is_found(name, example):
    report = engine.diagnose(logged(example["curves"], hparams=example.get("hparams", {})))
    assert report.run.signal("task").name == name and report.findings[0].problem == example["finds"] and report.findings[0].level in LOUD
    advised = {c.hparam for f in report.findings for cause in f.causes for c in cause.changes}
    assert not advised & set(report.run.signal("task").advises_not)
    assert not {signal for f in report.findings for signal in f.missing} & set(report.run.signal("task").ignores)


REWARDED = {"rollout/ep_rew_mean": -200 + 300 * T, "train/value_loss": 50 + 1e4 * T, "train/loss": flat(2.0) * noise(0.5)}
GAN = {"loss_G": 1 + 3 * T, "loss_D": flat(0.7) * noise(0.3)}


def logged(curves, **more):
    steps = 20 * np.arange(POINTS)
    return Run(Path("example"), {tag: scalar(steps[: len(values)], values, tag=tag) for tag, values in curves.items()}, **more)


LOSSES_OF_AN_AGENT = {"train/policy_loss": flat(-0.01) * noise(0.3), **{tag: curve for tag, curve in REWARDED.items() if "rew" not in tag}}


@pytest.mark.parametrize("name, curves", [("reinforcement-learning", LOSSES_OF_AN_AGENT), ("gan", GAN)])
def test_where_losses_do_not_tell_nobody_can(name, curves):
    report = engine.diagnose(logged(curves))
    task = report.run.signal("task")
    assert task.name == name and report.verdict == "cannot-tell" and report.reason == task.cannot_tell and not report.findings
    assert {"overfitting", "loss-not-decreasing", "unstable-loss", "one-class", "hidden-nan"} <= set(report.skipped)


@pytest.mark.parametrize("reward, verdict, told", [
    (-200 + 300 * T, "healthy", ""), (flat(-200), "problem", ""), (flat(500), "cannot-tell", "was 500 all along"),
    ((-200 + 300 * T)[:6], "cannot-tell", "6 finite points"),
])  # fmt: skip
def test_an_agent_is_judged_by_its_reward(reward, verdict, told):
    curves = {tag: curve[: len(reward)] for tag, curve in REWARDED.items()}
    report = engine.diagnose(logged(curves | {"rollout/ep_rew_mean": reward}))
    assert report.verdict == verdict and told in report.reason
    assert {f.problem for f in report.findings} <= {"no-reward-progress"}


def test_nobody_is_told_of_problems_of_another_task():
    report = engine.diagnose(logged({"train_loss": fall(), "accuracy": flat(0.9), "margin": flat(1.0), "mean_reward": flat(-1.0)}))
    assert report.run.signal("task").name == DEFAULT and report.run.signal("episode_reward") is not None
    assert not {"no-reward-progress", "entropy-collapse"} & ({*report.skipped, *report.passed} | {f.problem for f in report.findings})


@pytest.mark.parametrize("curves", [REWARDED, GAN])
@pytest.mark.parametrize("since", [0, 0.6])
def test_nan_holds_for_any_loss(curves, since):
    last = list(curves)[-1]
    report = engine.diagnose(logged(curves | {last: np.where(since > T, 1.0, np.nan)}))
    assert [(f.problem, f.level, f.evidence[0].tag) for f in report.findings] == [("exploding-loss", "error", last)]
    assert report.verdict == "problem" and last in report.findings[0].message
    every = engine.diagnose(logged({tag: values if "rew" in tag else flat(np.nan) for tag, values in curves.items()}))
    assert [f.problem for f in every.findings] == ["exploding-loss"]


def test_one_nan_at_the_end_may_be_an_average_over_nothing():
    assert not engine.diagnose(logged(REWARDED | {"train/loss": np.where(T < 1, 1.0, np.nan)})).findings


def test_a_crash_or_a_lack_of_memory_holds_for_any_run():
    told = Line("out-of-memory", "train.log", 7, "torch.OutOfMemoryError: CUDA out of memory.")
    assert "out-of-memory" in {f.problem for f in engine.diagnose(logged(REWARDED, lines=(told,))).findings}


def test_frames_a_second_are_no_slowdown_where_they_are_a_mean_since_the_start():
    slower = {"time/fps": 1000 / (1 + T)}
    assert not engine.diagnose(logged(REWARDED | slower)).findings
    assert [f.problem for f in engine.diagnose(logged({"train_loss": fall(), **slower})).findings] == ["slow-training"]
    assert [f.problem for f in engine.diagnose(logged(REWARDED | {"step_time": (0.1 + 0.3 * T) * noise(0.1)})).findings] == [
        "slow-training"
    ]


def test_the_user_knows_better():
    odd = {"loss": fall() * noise(0.05), "val_loss": fall(end=0.3)}
    asked = engine.diagnose(logged(odd), settings=Settings(task="reinforcement-learning"))
    assert asked.verdict == "cannot-tell" and engine.diagnose(logged(odd)).verdict == "healthy"
    [report] = advisor.diagnose(logged(odd), task="gan")
    assert report.run.signal("task").name == "gan"


def test_a_task_forbids_what_it_does_not_advise():
    ill = {"train_loss": fall(end=0.01) * noise(0.02), "val_loss": fall(end=0.4, rate=20) + rise(1.5, after=0.3)}
    text = dict(hparams={"lr_max": 1, "block_size": 128, "n_embd": 64, "vocab_size": 65})

    def advised(run):
        return {c.hparam for f in engine.diagnose(run).findings for cause in f.causes for c in cause.changes}

    assert "augmentation" in advised(logged(ill)) and "augmentation" not in advised(logged(ill, **text))
