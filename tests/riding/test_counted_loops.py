"""How long a script trains, by the loops that its step stands in: counted where each can be, and not guessed where one cannot."""

import linecache
import sys
from types import ModuleType

import pytest
import torch
from torch.utils.data import DataLoader

from probes.riding import counted_loops

LOADER = DataLoader(torch.zeros(40, 2), batch_size=4)
EPOCH = 9  # as the ride knows it: what is held out is no part of it
SCRIPTS = {
    "epochs of a loader": ("for epoch in range(5):\n    for i, batch in enumerate(loader):\n        step()", 5 * EPOCH),
    "epochs by an argument": ("for epoch in range(1, args.epochs + 1):\n    for batch in tqdm(loader):\n        step()", 3 * EPOCH),
    "a function of its own": (
        "def train():\n    for batch in loader:\n        step()\nfor epoch in trange(config['epochs']):\n    train()",
        4 * EPOCH,
    ),
    "steps without a loader": ("for it in range(250):\n    step()", 250),
    "slices of a tensor": ("for epoch in range(2):\n    for i in range(0, x.size(0), 8):\n        step()", 2 * 4),
    "lengths": ("for epoch in range(2):\n    for i in range(len(x) // 8):\n        step()", 2 * 4),
    "a class": ("class T:\n    n = 6\n    def fit(self):\n        for self.epoch in range(self.n):\n            step()\nT().fit()", 6),
    "phases": (
        "for e in range(2):\n    for phase in ['train', 'val']:\n        for batch in loaders[phase]:\n            step()",
        2 * EPOCH,
    ),
    "a loader made anew": ("for e in range(2):\n    for batch in DataLoader(data, 4):\n        step()", 2 * EPOCH),
    "folds": ("for fold in range(5):\n    make()\n    for it in range(30):\n        step()", 30),
    "a search of rates": ("for lr in [1, 2, 3]:\n    make()\n    for it in range(30):\n        step()", 30),
    "while": ("n = 0\nwhile n < 9:\n    n += 1\n    step()", 9),
    "while it goes up by more": ("n = 0\nwhile n < 9:\n    n += 2\n    step()", None),
    "now and then": ("for i in range(100):\n    if i > 9 and i % 4 == 0:\n        step()", None),
    "while true": ("while True:\n    step()", None),
    "an iterator without an end": ("import itertools\nfor i in itertools.count():\n    step()", None),
    "a generator": ("def cycle(l):\n    yield from l\nfor batch in cycle(loader):\n    step()", None),
    "no loop": ("step()", None),
    "numbers of what else": ("for lr in [0.1, 0.2]:\n    step()", 2),
    "a call": ("def n():\n    return 3\nfor i in range(n()):\n    step()", None),
    "a property": ("class C:\n    @property\n    def n(self):\n        return 3\nfor i in range(C().n):\n    step()", None),
}


class StoppedError(Exception):
    """After the first step."""


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_s_steps_are_counted_by_its_loops(kind, monkeypatch):
    text, expected = SCRIPTS[kind]
    module, made, found = ModuleType("__main__"), [], []

    def step():
        found.append(counted_loops.steps(list(counted_loops.frames()), made, EPOCH))
        raise StoppedError

    args = type("Namespace", (), {})()
    args.epochs = 3
    names = {"loader": LOADER, "loaders": {"train": LOADER, "val": LOADER}, "DataLoader": DataLoader, "data": torch.zeros(40, 2)}
    names |= {"args": args, "config": {"epochs": 4}, "x": torch.zeros(32, 2), "tqdm": iter, "trange": range}
    module.__dict__.update(names, step=step, make=lambda: made.extend(counted_loops.here()))
    monkeypatch.setitem(sys.modules, "__main__", module)
    name = f"script {kind}"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    with pytest.raises(StoppedError):
        exec(compile(text, name, "exec"), module.__dict__)
    assert found == [expected]


def test_an_epoch_of_unknown_length_is_no_length():
    def step():
        return counted_loops.steps(list(counted_loops.frames())[:2], [], 0)

    for _ in LOADER:
        assert step() is None
        break
