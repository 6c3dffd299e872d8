"""Stable-Baselines3's evaluations.npz is read without unpickling anything, and RLlib's nested results as deep as they go."""

import io
import json
import zipfile

import numpy as np
import pytest

import advisor
from advisor.errors import AdvisorError
from advisor.reading.formats import evaluations_npz

STEPS = np.arange(1, 31) * 1000
EARNED = np.arange(30)[:, None] * 10.0 + np.array([-1.0, 0.0, 4.0])


def written(folder, **arrays):
    np.savez(folder / "evaluations.npz", **arrays)
    return folder / "evaluations.npz"


def test_evaluations_are_means_over_episodes(tmp_path):
    path = written(tmp_path, timesteps=STEPS, results=EARNED, ep_lengths=np.full((30, 3), 7), successes=EARNED > 100)
    scalars = evaluations_npz.read(path).scalars
    assert scalars["eval/mean_reward"].steps.tolist() == STEPS.tolist()
    assert scalars["eval/mean_reward"].values == pytest.approx(EARNED.mean(1))
    assert (scalars["eval/mean_ep_length"].values == 7).all() and scalars["eval/success_rate"].values[-1] == 1
    [report] = advisor.diagnose(tmp_path)
    assert report.verdict == "healthy" and "no-reward-progress" in report.passed


def test_rewards_that_stand_still_are_told(tmp_path):
    written(tmp_path, timesteps=STEPS, results=np.tile([9.0, 10.0, 9.5], (30, 1)) + np.random.default_rng(0).normal(0, 0.3, (30, 3)))
    [report] = advisor.diagnose(tmp_path)
    assert [finding.problem for finding in report.findings] == ["no-reward-progress"]


def inflated(header, size):
    """An archive whose array says that it is larger than it is, or is larger than anything."""
    file, array = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "<f8", "fortran_order": False, "shape": header})
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("timesteps.npy", array.getvalue() + bytes(size))
        archive.writestr("results.npy", array.getvalue() + bytes(size))
    return file.getvalue()


class Decoy:
    def __reduce__(self):
        return (exec, ("raise SystemExit('a decoy was executed')",))


def archived(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


BROKEN = {
    "cut off": lambda: archived(timesteps=STEPS, results=EARNED)[:-300],
    "empty": lambda: b"",
    "pickled": lambda: archived(timesteps=STEPS, results=np.array([Decoy()] * 30, dtype=object)),
    "says that it is huge": lambda: inflated((10**12,), 80),
    "a bomb": lambda: inflated((1 << 24,), 1 << 27),
    "other lengths": lambda: archived(timesteps=STEPS, results=EARNED[:7]),
    "no steps": lambda: archived(results=EARNED),
    "steps that are no numbers": lambda: archived(timesteps=np.full(30, np.nan), results=EARNED),
}


@pytest.mark.parametrize("made", BROKEN.values(), ids=BROKEN)
def test_what_is_damaged_is_told(tmp_path, made):
    (tmp_path / "evaluations.npz").write_bytes(made())
    with pytest.raises(AdvisorError, match=r"evaluations\.npz is no whole file of evaluations"):
        advisor.diagnose(tmp_path)


def test_results_of_rllib_are_read_as_deep_as_they_lie(tmp_path):
    def result(i):
        learned = {"cur_lr": 5e-5, "total_loss": 9 - i / 100, "policy_loss": -0.02, "vf_loss": 8.9, "vf_explained_var": 0.1, "kl": 0.01}
        return {
            "episode_reward_mean": 20.0 + i,
            "timesteps_total": 4000 * (i + 1),
            "training_iteration": i + 1,
            "info": {"learner": {"default_policy": {"learner_stats": {**learned, "entropy": 0.68 - i / 1000}}}},
            "config": {"lr": 5e-5},
        }

    (tmp_path / "result.json").write_text("".join(json.dumps(result(i)) + "\n" for i in range(40)))
    [run] = advisor.read(tmp_path)
    assert run.hparams["lr"] == 5e-5 and run.signal("episode_reward").values[-1] == 59
    assert {name: run.signal(name).values[0] for name in ("approx_kl", "entropy", "explained_variance", "value_loss")} == {
        "approx_kl": 0.01, "entropy": 0.68, "explained_variance": 0.1, "value_loss": 8.9,
    }  # fmt: skip
