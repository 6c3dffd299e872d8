"""Minibatches that are drawn otherwise than one epoch after the other, and those that cannot be had in another size."""

import numpy as np
import pytest

from advisor.errors import AdvisorError
from probes.measurements import peak_memory, throughput
from tests.riding.ridden_scripts import HEAD
from tests.riding.riding import riding

LOOP = """
for epoch in range(20):
    for a, b in LOADER:
        optimizer.zero_grad()
        loss = mse(model(a), b)
        loss.backward()
        optimizer.step()
"""
SEEN = "seen = []\nmodel.register_forward_pre_hook(lambda m, args: seen.append(args[0]))\n"


@pytest.mark.parametrize("sampler", ["RandomSampler(data, replacement=True, num_samples=10**9)", "WeightedRandomSampler([1.0] * 200, 200)"])
def test_what_is_drawn_with_replacement_can_be_had_in_any_size(sampler, script):
    body = "from torch.utils.data import RandomSampler, WeightedRandomSampler\n" + LOOP
    with riding(script(body.replace("LOADER", f"DataLoader(data, 10, sampler={sampler})"), head=HEAD)) as training:
        assert (training.batch_size, training.examples) == (10, 160)
        with training.restored():
            training.batch_size = 40
            assert np.isfinite(training.step())
        assert training.evaluate() == training.evaluate()
        with training.restored():
            training.one_batch = True
            training.lr = 0.01
            assert training.step() != training.step()


def test_weights_hold_for_what_is_drawn_and_for_what_is_held_out(script):
    body = "from torch.utils.data import WeightedRandomSampler\nx[:100], x[100:] = 0.0, 1.0\n" + SEEN + "import json\n" + LOOP
    loader = "DataLoader(data, 10, sampler=WeightedRandomSampler([1.0] * 100 + [9.0] * 100, 200))"
    ends = "        json.dump([float(part.mean()) for part in seen], open('seen.json', 'w'))\n"
    path = script(body.replace("LOADER", loader) + ends, head=HEAD)
    with riding(path) as training:
        for _ in range(40):
            training.step()
        training.evaluate(), training.step()
    import json

    shares = json.loads((path.parent / "seen.json").read_text())
    assert np.mean(shares[3:43]) == pytest.approx(0.9, abs=0.04) and np.mean(shares[43:46]) > 0.7


WHOLE = """
from torch.utils.data import Dataset
class Whole(Dataset):
    def __len__(self):
        return 30
    def __getitem__(self, i):
        torch.manual_seed(i)
        return torch.randn(16, 6), torch.randn(16, 1)
"""
STREAM = """
from torch.utils.data import IterableDataset
class Stream(IterableDataset):
    def __iter__(self):
        return ((torch.randn(6), torch.randn(1)) for _ in range(480))
"""
FIXED = {
    "minibatches by the data set": (WHOLE, "DataLoader(Whole(), batch_size=None)"),
    "one taken out of a list": (WHOLE, "DataLoader(Whole(), batch_size=1, collate_fn=lambda rows: rows[0])"),
    "one with an axis more": (WHOLE, "((a[0], b[0]) for a, b in DataLoader(Whole(), batch_size=1))"),
    "a stream": (STREAM, "DataLoader(Stream(), batch_size=16)"),
    "no loader": (WHOLE, "(Whole()[i] for i in range(30))"),
}


@pytest.mark.parametrize("kind", FIXED)
def test_a_size_that_cannot_be_changed_is_the_models_and_is_measured_as_it_is(kind, script):
    classes, loader = FIXED[kind]
    with riding(script(classes + LOOP.replace("LOADER", loader), head=HEAD)) as training:
        assert training.batch_size == 16
        with pytest.raises(AdvisorError, match="cannot be changed"):
            training.batch_size = 32
        rows = list(throughput.measure(training, seconds=1.0, repeats=2, settled=0.0))
        assert [row["batch_size"] for row in rows] == [16] and rows[0]["step_time"] > 0


def test_memory_is_measured_at_the_one_size_there_is(script):
    with riding(script(WHOLE + LOOP.replace("LOADER", "DataLoader(Whole(), batch_size=None)"), head=HEAD)) as training:

        class Fresh:
            def __enter__(self):
                return training

            def __exit__(self, *_):
                pass

        training.fresh = Fresh
        rows = list(peak_memory.measure(training))
    assert [(row["batch_size"], row["executed"]) for row in rows] == [(16, 1.0)] and rows[0]["peak_bytes"] > 0
