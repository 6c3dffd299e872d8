"""What a script says of its own training: for how many steps it is, whose loop it is, and which of its options sets what."""

import argparse
import sys
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

import pytest

from probes.outcome import Cost, Estimate, Outcome, Suggestion
from probes.probing.summary import apply
from probes.riding import own_words
from probes.riding.environments import environment
from probes.riding.own_words import Arguments

PER_EPOCH = 50
MADE = "in place of 0.1 where SGD is made"
LENGTHS = {
    "the epochs of its arguments": ("args = Namespace(epochs=7, seed=3)", 350),
    "its constants": ("EPOCHS = 3\nLR = 0.1", 150),
    "steps before epochs": ("num_epochs = 1\nmax_iters = 600", 600),
    "a configuration": ("class Config:\n    max_steps = 40\nconfig = Config()", 40),
    "a dict": ("cfg = {'num_epochs': 4, 'lr': 0.1}", 200),
    "names that agree": ("epochs = 5\nargs = Namespace(epochs=5)", 250),
    "names that do not": ("epochs = 5\nargs = Namespace(epochs=6)", None),
    "steps of something else": ("n_steps = 2048\nsteps = 9", None),
    "nothing": ("lr = 0.1", None),
    "no number": ("epochs = True\nmax_steps = -1\nnum_epochs = 2.5", None),
}


@pytest.fixture
def main(monkeypatch):
    """Runs a text as the file that was started, and asks from inside of its function."""

    def asked(text, function=""):
        module = ModuleType("__main__")
        module.__dict__.update(Namespace=argparse.Namespace, dataclass=dataclass, SimpleNamespace=SimpleNamespace)
        monkeypatch.setitem(sys.modules, "__main__", module)
        found = []
        module.__dict__["ask"] = lambda: found.append(own_words.plan(Arguments(), PER_EPOCH))
        exec(f"{text}\ndef train():\n    {function or 'pass'}\n    ask()\ntrain()", module.__dict__)
        return found[0]

    return asked


@pytest.mark.parametrize("said", LENGTHS)
def test_the_length_that_a_script_tells(main, said):
    text, steps = LENGTHS[said]
    assert main(text) == ({} if steps is None else {"max_steps": steps})


def test_a_variable_of_the_function_that_trains_counts(main):
    assert main("", "n_epochs = 2") == {"max_steps": 100}


def test_a_schedule_by_hand_as_nanogpt_has_it(main):
    text = "max_iters = 600\nwarmup_iters = 20\nlr_decay_iters = 600"
    assert main(text) == {"max_steps": 600, "schedule": "warm-up-cosine"}


def test_the_options_of_its_own_parser():
    parser, asked = argparse.ArgumentParser(), Arguments()
    parser.add_argument("--learning-rate", "--lr", type=float, default=0.1)
    parser.add_argument("-b", type=int, dest="batch_size", default=8)
    parser.add_argument("--wd", type=float, default=0.0)
    parser.add_argument("--workers", type=int, default=2)
    asked.parse(lambda one, *given: (one.parse_args(*given), []), parser, ["-b", "16"])
    today = {"lr": 0.1, "batch_size": 16, "num_workers": 0, "optimizer": "SGD"}
    assert asked.options(today) == {"lr": "--learning-rate", "batch_size": "-b"}  # it said 2 workers, and has none
    parser.add_argument("--init-lr", type=float, default=0.1)
    asked.parse(lambda one, *given: (one.parse_args(*given), []), parser, [])
    assert "lr" not in asked.options(today)  # which of the two it is cannot be told


@pytest.mark.parametrize(
    "more, lines",
    [
        ({"options": {"lr": "--lr", "batch_size": "-b"}}, ["On the command line:", "    … --lr 0.02 -b 32"]),
        (
            {"options": {"batch_size": "-b"}},
            ["On the command line:", "    … -b 32", "In the code:", "    lr=0.02 in place of 0.1 where SGD is made"],
        ),
        ({"hparams": {"optimizer": "SparseAdam"}}, ["In the code:", "    lr=0.02 in place of 0.1 where SparseAdam is made"]),
        ({"hparams": {"framework": "transformers"}}, ["In the code:", "    TrainingArguments(learning_rate=0.02)"]),
    ],
)
def test_what_is_suggested_is_said_in_the_scripts_terms(tmp_path, more, lines):
    found = Suggestion(Estimate(0.02, 0.01, 0.03, "raced"), Estimate(32, 16, 64, "balanced"))
    hparams = {"lr": 0.1, "batch_size": 8, "optimizer": "SGD", **more.pop("hparams", {})}
    said = apply(Outcome(found, Cost(1, 1.0), tmp_path, hparams=hparams, **more))
    assert said[: len(lines)] == lines


ENVIRONMENTS = {
    "an environment of its own": ("def reset(self): ...\n    def step(self, action):\n        return 1, 0.5, False", "World"),
    "one that hands the answer on": ("def reset(self): ...\n    def step(self, action):\n        return self.inner.step(action)", ""),
    "a patience": ("def reset(self): ...\n    def step(self, loss):\n        return loss > 3", ""),
    "an average": ("def reset(self): ...\n    def update(self, value):\n        return 1, 2, 3", ""),
}


@pytest.mark.parametrize("kind", ENVIRONMENTS)
def test_an_environment_is_known_by_what_its_step_answers(kind, tmp_path, monkeypatch):
    methods, expected = ENVIRONMENTS[kind]
    (tmp_path / "worlds.py").write_text(f"class World:\n    {methods}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "worlds", raising=False)
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    world = __import__("worlds").World()
    sys.modules["__main__"].__dict__["env"] = world
    assert environment() == expected
