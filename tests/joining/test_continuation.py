"""Any training, however it was cut into sessions and files, is read as what it was; two trainings never mix."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.reading.runs import read
from tests.reading.logs import events, only

EPOCH = 25  # steps
SETTINGS = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

# How often the loss and the validation are logged; the sessions, each from a share of the steps done so far and for so many points more.
trainings = st.tuples(
    st.integers(1, 10), st.integers(1, 40), st.lists(st.tuples(st.floats(0.3, 1), st.integers(4, 60)), min_size=1, max_size=4)
)


class Trained:
    """A training and the rows it logged, one list a session; `curves` is what a reader should see in the end."""

    def __init__(self, every, val_every, sessions, level=0.0, began=1000.0):
        self.rows, self.starts, kept = [], [], []
        done = 0
        for share, points in sessions:
            start = min(int(share * done), done - 3 * every) if done else 0
            start = done if start <= 2 * every else start
            kept = [row for row in kept if row[0] < start]
            rows = []
            for step in range(start, start + every * points + 1):
                began += 1
                value = level + 0.5 / (1 + step)
                rows += [(step, (began, "loss", step, value))] if step % every == 0 else []
                rows += [(step, (began + 0.2, "val_loss", step, value))] if step % val_every == 0 else []
                rows += [(step, (began + 0.4, "epoch_loss", step // EPOCH, value))] if step % EPOCH == 0 else []
            done = start + every * points + 1
            kept += rows
            self.rows.append([row for _, row in rows])
            self.starts.append(start)
            began += 1000
        self.curves = {tag: [(s, v) for _, (_, t, s, v) in kept if t == tag] for tag in ("loss", "val_loss", "epoch_loss")}

    def write(self, folder, together, purge=False):
        """All sessions as event files, each beginning a new one or, where `together` is true, going on in the one before."""
        files = []
        for rows, start, same in zip(self.rows, self.starts, [False, *together], strict=False):
            if same and files:
                files[-1] = (files[-1][0] + rows, files[-1][1])
            else:
                files.append((rows, start))
        for i, (rows, start) in enumerate(files):
            began = rows[0][0] - 1
            path = folder / f"events.out.tfevents.{began:.0f}.host"
            path.write_bytes(events(rows, began, start if purge and i else None))

    def is_read_as(self, run):
        for tag, points in self.curves.items():
            found = run.scalars.get(tag)
            expected = np.array(points, float).reshape(-1, 2)
            assert (found is None and not len(expected)) or found.steps.tolist() == expected[:, 0].tolist(), tag
            assert found is None or np.allclose(found.values, expected[:, 1], atol=1e-6)


@SETTINGS
@given(trainings, st.lists(st.booleans(), min_size=3, max_size=3), st.booleans())
def test_a_training_is_one_however_it_was_cut(tmp_path_factory, training, together, purge):
    folder = tmp_path_factory.mktemp("run")
    trained = Trained(*training)
    trained.write(folder, together, purge=purge and not any(together))
    trained.is_read_as(only(folder))


@SETTINGS
@given(trainings, trainings, st.booleans(), st.booleans())
def test_two_trainings_never_mix(tmp_path_factory, one, other, same_file, at_once):
    folder = tmp_path_factory.mktemp("runs")
    first = Trained(*one, level=1.0)
    last = first.rows[-1][-1][0]
    second = Trained(*other, level=3.0, began=1003.5 if at_once and not same_file else last + 500)
    if same_file:
        rows = [row for session in first.rows + second.rows for row in session]
        (folder / "events.out.tfevents.1000.host").write_bytes(events(rows, 1000))
    else:
        first.write(folder, [True] * 3)
        second.write(folder, [True] * 3)
    for training, run in zip((first, second), read(folder), strict=True):
        training.is_read_as(run)
