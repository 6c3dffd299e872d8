"""A loss that is NaN or infinite is a point of its curve in every printed style, alone and with its running mean in brackets."""

import itertools
import re

import numpy as np
import pytest

from advisor.reading.formats import text_log
from advisor.run import Run
from tests.reading.printed_styles import STYLES

NUMBER = re.compile(r"([-+]?\d+\.\d+(?:[eE][-+]?\d+)?)( *\( *[-+]?\d+\.\d+(?:[eE][-+]?\d+)?\))?")
FINITE = {name: style for name, style in STYLES.items() if np.isfinite([v for _, v in style[1].get("train_loss", [(0, np.nan)])]).all()}


def with_last_loss(text, value, literal, bracketed):
    """The text with the last line that prints this loss printing a literal in its place, and in the place of its running mean."""
    lines = text.splitlines(keepends=True)
    for i in reversed(range(len(lines))):
        said = NUMBER.sub(
            lambda m: f"{literal} ({literal})"[: None if m[2] or bracketed else len(literal)] if float(m[1]) == value else m[0], lines[i]
        )
        if said != lines[i]:
            return "".join([*lines[:i], said, *lines[i + 1 :]])
    raise AssertionError(f"{value} is not printed")


@pytest.mark.parametrize("name", FINITE)
def test_of_every_style(tmp_path, name):
    text, expected = FINITE[name]
    *before, (step, value) = expected["train_loss"]
    ways = [False] if name in ("skorch", "OpenAI's logger") else [False, True]  # whose tables have one number a cell
    for literal, bracketed in itertools.product(["nan", "NaN", "inf", "-inf", "Infinity"], ways):
        (tmp_path / "train.log").write_text(with_last_loss(text, value, literal, bracketed), newline="")
        curve = Run(tmp_path, text_log.read(tmp_path / "train.log").scalars).signal("train_loss")
        got = dict(zip(curve.steps.tolist(), curve.values.tolist(), strict=True))
        np.testing.assert_equal(got.pop(step), float(literal), f"{literal}, with its mean: {bracketed}")
        assert list(got) == [s for s, _ in before] and np.isfinite(list(got.values())).all(), (literal, bracketed)


@pytest.mark.parametrize(
    "line, value",
    [
        ("step 3 | Loss nan (nan) | acc 0.5", np.nan),
        ("step 3  loss: nan (nan)  lr: 0.1", np.nan),
        ("step 3  loss: 23.3687 (nan)  lr: 0.1", 23.3687),
        ("step 3 loss nan acc 0.1", np.nan),
        ("step 3 loss  nan acc  0.1", np.nan),
        ("step 3 loss inf - lr 0.1", np.inf),
        ("step 3 loss: tensor(nan, device='cuda:0', grad_fn=<NllLossBackward>)", np.nan),
        ("step 3 loss: -Infinity", -np.inf),
        ("step: 3, loss: 'NaN', number of nan iterations: 0", np.nan),
    ],
)
def test_of_single_lines(tmp_path, line, value):
    text = "".join(f"step {i} loss: {2 - i / 10}\n" for i in range(3)) + line + "\n"
    (tmp_path / "train.log").write_text(text)
    scalars = text_log.read(tmp_path / "train.log").scalars
    loss = next(curve for tag, curve in scalars.items() if tag.lower() == "loss")
    np.testing.assert_equal(next(c.values[-1] for t, c in scalars.items() if t.lower() == "loss" and c.steps[-1] == 3), value)
    assert loss is not None and not any("iterations" in tag for tag, c in scalars.items() if not np.isfinite(c.values).all())


@pytest.mark.parametrize("text", ["found nan in step 3", "step 3: nan was found", "step 3: the info (nan) says nothing"])
def test_prose_is_no_number(tmp_path, text):
    (tmp_path / "train.log").write_text("".join(f"step {i} loss: {2 - i / 10}\n" for i in range(3)) + text)
    assert list(text_log.read(tmp_path / "train.log").scalars) == ["loss"]
