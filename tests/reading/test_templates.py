"""What a template of lines alike reads is what each line says by itself, whatever its digits are."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.reading.formats import text_log
from advisor.reading.printed.measures import measured
from advisor.reading.printed.prefix import stripped
from advisor.reading.shapes import walk
from advisor.reading.shapes.alike import read_alike
from advisor.reading.shapes.block import Block
from advisor.reading.shapes.templates import template_of
from tests.reading.printed_styles import STYLES


def fields(said):
    return said and (said.epoch, said.step, said.total, said.values)


def read(template, line):
    """What a line says by the template, as `fields` of it; None where it is not quite like the template's."""
    found, alone = read_alike(template, Block(line.encode(), 1), np.array([0])) if template else (None, ())
    if found is None:
        return None
    assert not len(alone)
    epoch, step, total = (None if column is None else column[0] for column in (found.epoch, found.step, found.total))
    return epoch, step, total, {tag: found.values[tag][0] for tag, *_ in found.plan.values}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(STYLES)), st.randoms(use_true_random=False))
def test_any_digits(style, random):
    for line in re.split(r"[\r\n]", STYLES[style][0]):
        other = re.sub(
            r"(?<![:\d])\d+(?!:)",
            lambda m: "".join(random.choice("0123456789") for _ in range(random.choice([len(m[0]), 1, 2, 3, 4]))),
            line,
        )
        plain, template = stripped(line), template_of(line, stripped(line))
        said = read(template, other)
        if said is not None and measured(plain) is not None and stripped(other) == other[len(other) - len(stripped(other)) :]:
            np.testing.assert_equal(said, fields(measured(stripped(other))))


@pytest.mark.parametrize("style", STYLES)
def test_it_reads_the_line_it_was_made_of(style):
    for line in re.split(r"[\r\n]", STYLES[style][0]):
        if measured(stripped(line)) and (template := template_of(line, stripped(line))):
            np.testing.assert_equal(read(template, line), fields(measured(stripped(line))))


@pytest.mark.parametrize("style", STYLES)
def test_whole_texts(tmp_path, monkeypatch, style):
    found = []
    for alike in (1, 10**9):
        monkeypatch.setattr(walk, "ALIKE", alike)
        (tmp_path / "train.log").write_text(STYLES[style][0] * 3, newline="")
        log = text_log.read(tmp_path / "train.log")
        found.append({tag: (c.steps, c.values, c.wall) for tag, c in log.scalars.items()})
    np.testing.assert_equal(*found)


@pytest.mark.parametrize(
    "line, other",
    [
        ("step 1, x 5,6", "step 1, x 1,234"),
        ("step 1 loss 1,234.5 (3)", "step 1 loss 2,345.5 (3)"),
        ("step 1 loss: -0.5 lr 1e-05", "step 1 loss: -1.25 lr 2.5e-05"),
        ("12:30:01 step 1 acc1 0.5 acc5 0.6", "12:30:02 step 1 acc1 0.7 acc5 0.8"),
        ("12:30:01 step 1 acc1 0.5 acc5 0.6", "12:30:02 step 1 acc2 0.7 acc5 0.8"),
    ],
)
def test_numbers_of_another_length(line, other):
    template = template_of(line, stripped(line))
    said = read(template, other)
    assert said is None or said == fields(measured(stripped(other)))
