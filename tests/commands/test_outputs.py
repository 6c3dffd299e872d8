"""What is printed, as text and as JSON: against golden files, and safe whatever the logs say."""

import io
import json
import re
import unicodedata
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import advisor
from advisor import wording
from advisor.curves import T, fall, logged, nan_after, noise, rise
from advisor.finding import Cause, Change, Evidence, Finding, Report
from advisor.render import braille, many, text
from advisor.render import json as as_json
from advisor.render.figure import figure
from advisor.run import Run
from advisor.scalar import scalar
from advisor.wording import UNPRINTABLE

ROOT = Path(__file__).parents[2]
HOSTILE = "[red]x[/]\x1b[31m<script>\u202eevil\x07\n\udcff"


def run_of(name, hparams=None, notes=(), **curves):
    """A run that logged these curves under tags of their own."""
    scalars = {f"tag/{signal}": replace(logged(signal, values), tag=f"tag/{signal}") for signal, values in curves.items()}
    run = Run(Path("runs") / name, scalars, hparams=hparams or {}, notes=notes, name=name)
    run.__dict__["signals"] = {signal: scalars[f"tag/{signal}"] for signal in curves} | {"hparams": hparams or {}}
    return run


PATIENCE = Change(
    "patience", 10, interval=(5, 15), why="stop ten evaluations after the best one", how={"pytorch": "EarlyStopping(patience=10)"}
)
DECAY = Change(
    "weight_decay", by=10.0, interval=(2.0, 30.0), why="a price on large weights", from_=1e-4, how={"pytorch": "AdamW(weight_decay=1e-3)"}
)
CLIP = Change("max_grad_norm", 1.0, why="no step is larger", how={"pytorch": "clip_grad_norm_(model.parameters(), 1.0)"})
LR = Change("lr", 1e-5, from_=0.1, interval=(1e-6, 1e-4), why="each step overshoots", how={"pytorch": "AdamW(lr=1e-5)"})
TOO_LONG = Cause(
    "too-many-epochs",
    0.71,
    "Training went on for too long.",
    (Evidence("val_loss", 1600, 4000, "share after the best", 0.6, 0.3, 5.0, "tag/val_loss"),),
    (PATIENCE,),
)
TOO_FREE = Cause(
    "too-little-regularization",
    0.2,
    "Nothing keeps the model from memorizing.",
    (
        Evidence("hparams", 0, 0, "weight decay", 1e-4, weight=2.0, tag="weight_decay"),
        Evidence("val_loss", 0, 1600, "turned late", 0.4, weight=-11.0),
    ),
    (DECAY,),
)
TOO_HIGH = Cause(
    "learning-rate-too-high",
    0.45,
    "The learning rate is too high.",
    (Evidence("hparams", 0, 0, "lr", 0.1, weight=6.0, tag="lr"),),
    (LR, CLIP),
)


def overfitting():
    run = run_of("exp7", {"lr": 1e-3}, train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4))
    evidence = (
        Evidence("val_loss", 1608, 4000, "rise above its minimum", 0.8, 0.05, tag="tag/val_loss"),
        Evidence("train_loss", 1608, 4000, "fall over the same steps", 0.46, 0.0, tag="tag/train_loss"),
    )
    first = Finding(
        "Validation loss has risen 80% since step 1608.",
        evidence,
        "warning",
        0.97,
        "overfitting",
        (TOO_LONG, TOO_FREE),
        ("lr", "grad_norm"),
    )
    second = Finding(
        "It went on and on.",
        evidence[1:],
        "note",
        0.6,
        "loss-plateau",
        (replace(TOO_LONG, probability=0.5),),
        same_cause_as="overfitting",
    )
    skipped = {
        "slow-training": "no step_time was logged",
        "out-of-memory": "no text log was found",
        "memory-growth": "no text log was found",
    }
    return Report(run, "problem", PATIENCE, (first, second), ("exploding-loss", "loss-not-decreasing"), skipped)


def hostile():
    """Everything that comes from logs is hostile, and the loss ends as NaN."""
    curve = (fall() + 10.0 ** (8 * np.clip(T - 0.5, 0, 1))) * nan_after(0.8)
    run = run_of(HOSTILE, {HOSTILE: HOSTILE, "lr": np.float32(0.1), "decay": np.nan}, (HOSTILE,), train_loss=curve)
    signals = {"train_loss": scalar(np.arange(200) * 20, curve, tag=HOSTILE)}
    run.__dict__["signals"] = signals
    run = replace(run, scalars={HOSTILE: signals["train_loss"]})
    run.__dict__["signals"] = signals
    evidence = (Evidence("train_loss", 3200, 4000, HOSTILE, float("nan"), float("inf"), tag=HOSTILE),)
    finding = Finding(f"Loss became NaN: {HOSTILE}", evidence, "error", 0.99, "exploding-loss", (TOO_HIGH,), (HOSTILE,))
    return Report(run, "problem", LR, (finding,), (), {"overfitting": f"no {HOSTILE} was logged"})


def healthy():
    run = run_of("calm", {"lr": 1e-3}, train_loss=fall() * noise(0.03))
    return Report(run, "healthy", None, (), ("exploding-loss", "loss-not-decreasing"), {"overfitting": "no val_loss was logged"})


def unnamed():
    curve = replace(logged("obj", fall()), tag="obj")
    run = Run(Path("runs/odd"), {"obj": curve, "err": replace(curve, tag="err")}, name="odd")
    run.__dict__["signals"] = {}
    lack = "no train_loss was logged"
    return Report(run, "cannot-tell", None, (), (), {"exploding-loss": lack}, lack)


REPORTS = {"overfitting": overfitting, "hostile": hostile, "healthy": healthy, "unnamed": unnamed}


@pytest.mark.parametrize("name", REPORTS)
def test_text(name, golden):
    golden(f"{name}.txt", text.render(REPORTS[name](), width=100))


@pytest.mark.parametrize("name", REPORTS)
def test_json(name, golden):
    golden(f"{name}.json", as_json.render([REPORTS[name]()]))


@pytest.mark.parametrize("form, render", [("txt", lambda r: text.render(r[0])), ("json", as_json.render)])
def test_sample_run(form, render, golden, monkeypatch):
    monkeypatch.chdir(ROOT)
    golden(f"sample_overfitting.{form}", render(advisor.diagnose("sample_runs/overfitting")))


def test_many_runs_are_a_table_and_told_in_full_on_request(golden):
    reports = [healthy(), overfitting(), unnamed(), hostile(), overfitting(), overfitting()]
    golden("many.txt", shown(many.blocks_of(reports)))
    assert len(shown(many.blocks_of(reports, verbose=True))) > len(shown(many.blocks_of(reports)))


def test_of_many_runs_only_those_are_held_that_the_table_shows():
    made, held = [], 0

    def passing():
        nonlocal held
        for i in range(1000):
            report = replace(healthy() if i % 3 else overfitting())
            made.append(weakref.ref(report))
            yield report
            del report
            held = max(held, sum(one() is not None for one in made))

    text = shown(many.blocks_of(passing()))
    assert "1000 runs" in text and "334 with a problem" in text and "304 more rows" in text
    assert held <= 3 * many.SHOWN


def shown(blocks, **settings):
    file = io.StringIO()
    console = Console(file=file, width=100, highlight=False, markup=False, emoji=False, **settings)
    for block in blocks:
        console.print(block)
    return re.sub(r" +\n", "\n", file.getvalue())


@pytest.mark.parametrize("width", [40, 80, 120])
def test_text_keeps_to_its_width(width):
    for report in REPORTS.values():
        assert max(map(len, text.render(report(), width).splitlines())) <= max(width, 74)


def test_names_from_logs_can_neither_color_nor_forge_nor_crash_a_terminal():
    printed = text.render(hostile())
    assert "[red]x[/]<script>evil" in printed
    assert {unicodedata.category(c) for c in printed if c != "\n"}.isdisjoint(UNPRINTABLE)
    printed.encode()
    assert "\x1b[31m<" not in shown(text.blocks(hostile()), force_terminal=True)


def test_no_color_where_none_is_wanted(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", shown(text.blocks(overfitting()), force_terminal=True))
    assert "\x1b" not in shown(text.blocks(overfitting()))


def test_json_is_strict_and_keeps_the_contract():
    def fail(constant):
        raise AssertionError(f"{constant} is not JSON")

    message = json.loads(as_json.render([hostile(), overfitting()]), parse_constant=fail)
    assert message["schema"] == 1
    first, second = message["reports"]
    assert set(second) == {"run", "verdict", "reason", "first_change", "findings", "passed", "skipped"}
    assert set(second["run"]) >= {"path", "name", "format", "steps", "signals", "hparams", "notes"}
    assert second["run"]["steps"] == [0, 4000] and second["run"]["signals"] == {"train_loss": "tag/train_loss", "val_loss": "tag/val_loss"}
    finding = second["findings"][0]
    assert set(finding) >= {"problem", "level", "confidence", "message", "evidence", "causes"}
    assert set(finding["evidence"][0]) == {"signal", "tag", "first_step", "last_step", "fact", "value", "limit"}
    assert set(finding["causes"][0]["evidence"][0]) == {"signal", "tag", "first_step", "last_step", "fact", "value", "limit", "weight"}
    assert second["first_change"] == {
        "hparam": "patience", "from": None, "to": 10, "by": None, "interval": [5, 15],
        "why": "stop ten evaluations after the best one", "how": {"pytorch": "EarlyStopping(patience=10)"},
        "probability": 0.71,
    }  # fmt: skip
    assert first["findings"][0]["evidence"][0]["value"] is None and first["run"]["hparams"]["decay"] is None
    assert first["run"]["hparams"]["lr"] == pytest.approx(0.1)


def test_chart_keeps_a_single_spike():
    values = np.zeros(10_000)
    values[4321] = 1.0
    rows = braille.chart(np.arange(10_000), values)
    assert [i for i, cell in enumerate(rows[0]) if cell != chr(braille.BLANK)] == [4321 * 60 // 10_000]
    assert {len(row) for row in rows} == {60} and len(rows) == 4


def test_chart_of_a_line_is_a_line():
    assert braille.chart([0, 1], [0, 1], width=4, height=2) == ["⠀⠀⡠⠊", "⡠⠊⠀⠀"]
    assert braille.chart([0, 1], [1, 1], width=2, height=1) == ["⠒⠒"] or braille.chart([0, 1], [1, 1], width=2, height=1) == ["⠉⠉"]


@pytest.mark.parametrize("values", [[], [1.0], [np.nan] * 5, [np.inf, -np.inf], [1e308, -1e308, 0.0], [0.0, 5e-324], [1.0, np.nan, 2.0]])
def test_chart_takes_any_numbers(values):
    rows = braille.chart(np.arange(len(values)), values, width=10, height=3)
    assert {len(row) for row in rows} == {10}
    assert (braille.LOST in rows[-1]) == (not np.isfinite(values).all())


def test_chart_breaks_where_the_curve_is_nan():
    rows = braille.chart(np.arange(100), np.where(abs(np.arange(100) - 50) < 10, np.nan, 1.0), width=50, height=1)
    assert rows[0][26] == braille.LOST and rows[0][10] == rows[0][40] != braille.LOST


def test_evidence_outside_the_curve_is_marked_at_its_end():
    curve = scalar(np.arange(100), np.arange(100.0))
    for first, last in ((0, 99), (-50, 500), (99, 99), (40, 41), (97, 99)):
        assert max(len(row.plain) for row in figure(curve, first, last)) <= 71


SAID = {
    0.1: "0.1",
    4000: "4000",
    1e-5: "1e-5",
    0.00025: "0.00025",
    2.58e27: "2.58e27",
    0.61234: "0.612",
    np.inf: "infinity",
    None: "None",
}


@pytest.mark.parametrize("value", SAID)
def test_numbers_in_words(value):
    assert wording.number(value) == SAID[value]
