"""What was tried on a run is evidence for what was wrong with it, whatever the text in its place."""

import json

import pytest

import advisor
from advisor.calibrate.proved import proved
from advisor.curves import example, fall
from advisor.finding import Change
from advisor.judging.tried import of_entry, tried
from probes.observing.event_writer import EventFile
from probes.trying.record import write

STEPS = 300


def told(**options):
    return {"hparam": "lr", "to": 0.02, "from": 0.5, "verdict": "mended", "symptom": "loss-not-decreasing", "pairs": 2} | options


def judged(tmp_path, *entries):
    """The report on a run that never learned, on which these were tried, as the try writes them."""
    import numpy as np

    folder, at = tmp_path / "try-train-20260101-120000" / "pair-1-as-it-is", np.arange(1, STEPS + 1)
    file = EventFile(folder)
    noise = 2.3 + 0.02 * np.random.default_rng(0).standard_normal(STEPS)
    file.rows(("train/loss",), at, 1e9 + at, noise[:, None])
    file.close()
    if entries:
        write(folder, json.dumps(entries))
    [report] = advisor.diagnose(folder)
    return report, {cause.cause: cause for cause in report.findings[0].causes}


def test_what_mended_is_the_cause_and_the_change(tmp_path):
    before, causes = judged(tmp_path / "a")
    after, now = judged(tmp_path / "b", told(cause="learning-rate-too-high"))
    assert causes["learning-rate-too-high"].probability < 0.5 < now["learning-rate-too-high"].probability
    assert next(iter(now)) == "learning-rate-too-high" and after.run.hparams["tried"]
    change = after.first_change
    assert (change.hparam, change.to, "it mended loss-not-decreasing" in change.why) == ("lr", 0.02, True)
    assert "0.02" in change.how["pytorch"] and before.first_change != change
    [fact] = [fact for fact in now["learning-rate-too-high"].evidence if fact.kind == "was tried"]
    assert fact.fact == "changed as this cause calls for, it was mended in pairs of trainings" and fact.value == 2 and fact.weight > 10
    others = [fact for name, cause in now.items() if name != "learning-rate-too-high" for fact in cause.evidence]
    assert not any(fact.kind == "was tried" for fact in others), "which call for something else"


def test_what_did_nothing_speaks_against_its_cause(tmp_path):
    _, causes = judged(tmp_path / "a")
    _, now = judged(tmp_path / "b", told(verdict="no-difference"))
    assert "learning-rate-too-high" not in now or now["learning-rate-too-high"].probability < causes["learning-rate-too-high"].probability
    _, other = judged(tmp_path / "c", told(symptom="overfitting"))
    assert other["learning-rate-too-high"].probability == causes["learning-rate-too-high"].probability, "it was tried against another"


ODD = ["", "[", "7", "{}", "[7, null]", '[{"hparam": 3}]', json.dumps([told(pairs="two")]), json.dumps([told(verdict="proved")])]


@pytest.mark.parametrize("text", [*ODD, "[" * 99_999])
def test_whatever_else_stands_there_is_passed_over(text):
    assert tried(example({"train_loss": fall(), "hparams": {"tried": text}})) == ()


def test_the_direction_counts_where_both_have_one():
    one = of_entry(told())
    assert one.is_of(Change("lr", to=0.1, from_=0.5)) and one.is_of(Change("lr", by=0.1)) and one.is_of(Change("lr", to=0.1))
    assert not one.is_of(Change("lr", to=1.0, from_=0.5)) and not one.is_of(Change("batch_size", to=8))
    assert of_entry(told(hparam="initialization", to="He")).is_of(Change("initialization", to="Xavier"))


def test_calibration_learns_from_what_was_proved(tmp_path):
    judged(tmp_path / "a", told(cause="learning-rate-too-high"))
    judged(tmp_path / "b", told())
    judged(tmp_path / "c")
    [known] = proved(tmp_path)
    assert (known.fault, known.task, known.source) == ("learning-rate-too-high", "train", "tried")
    assert "tried" not in known.run.hparams, "it learns to tell it without"
