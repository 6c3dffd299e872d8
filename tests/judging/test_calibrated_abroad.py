"""Calibration on labelled runs of others: what is read of them, how they are scored, and how sure a finding may be after it."""

import csv
import sys
import tomllib

import numpy as np
import pytest

from advisor.calibrate import confidences, left_out, probabilities, votes
from advisor.calibrate.abroad import figures, judging
from advisor.calibrate.abroad.labelled_sets import labelled_set
from advisor.calibrate.abroad.labels import Label, label
from advisor.calibrate.abroad.scored import scored
from advisor.calibrate.abroad.wild_changes import wildness
from advisor.calibrate.table import written
from advisor.calibrate.votes import Vote
from advisor.evidence import weights
from advisor.finding import Finding
from advisor.judging import rules

EPOCHS = np.arange(1, 31)
FALL = 0.1 + 2 * np.exp(-EPOCHS / 6)
CURVES = {
    "good": (FALL, FALL + 0.05),
    "lost": (np.where(EPOCHS > 12, np.nan, FALL), FALL + 0.05),
    "overfit": (FALL, 0.8 + 1.5 * np.exp(-EPOCHS / 3) + 0.08 * np.maximum(EPOCHS - 8, 0)),
}
ROWS = [  # id, set, source, label, must_name, must_not, causes
    ("a-01", "crater", "s1", "healthy", "", "*", ""),
    ("a-02", "crater", "s1", "diverged-nan", "exploding-loss", "overfitting", "learning-rate-too-high"),
    ("b-01", "crater", "s2", "overfitting", "overfitting", "exploding-loss", ""),
    ("b-02", "crater", "s2", "healthy", "", "*", ""),
    ("c-01", "planted", "p1", "diverged-nan", "exploding-loss", "overfitting", "learning-rate-too-high;bad-batch"),
    ("c-02", "planted", "p1", "rl-flat", "", "*", ""),
    ("c-03", "planted", "p1", "healthy", "", "*", ""),
]
SHAPES = {"a-01": "good", "a-02": "lost", "b-01": "overfit", "b-02": "overfit", "c-01": "lost", "c-02": "good", "c-03": "good"}


@pytest.fixture
def folder(tmp_path):
    """Three sources' runs: of s2 one is called healthy that is not, so that a finding on it counts as false."""
    with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "set", "source", "label", "must_name", "must_not", "causes", "confidence", "blind", "train_loss_tag"])
        table.writerows([*row, "high", "no" if row[2] == "s1" else "yes", "train_loss"] for row in ROWS)
        table.writerow(["gone", "crater", "s3", "healthy", "", "*", "", "high", "yes", ""])
    for name, which, *_ in ROWS:
        place = tmp_path / ("planted" if which == "planted" else "strangers") / name
        place.mkdir(parents=True)
        points = zip(EPOCHS, *CURVES[SHAPES[name]], strict=True)
        lines = [f"{epoch},{train},{val}" for epoch, train, val in points]
        (place / "log.csv").write_text("\n".join(["epoch,train_loss,val_loss", *lines]), encoding="utf-8")
    return tmp_path


def main(monkeypatch, *arguments):
    from advisor.calibrate.__main__ import main

    monkeypatch.setattr(sys, "argv", ["calibrate", *map(str, arguments)])
    main()


def test_a_label_says_what_is_right_and_what_is_false():
    known = label(
        dict(id="x", label="overfitting;spikes", must_name="overfitting;unstable-loss", must_not="*;!exploding-loss", confidence="low")
    )
    assert known.kind == "faulty" and not known.sure and known.source == "x"
    assert [known.right(p) for p in ("overfitting", "exploding-loss", "crash")] == [True, None, False]
    some = Label("y", words="healthy", must_not=("crash",))
    assert some.kind == "healthy" and some.right("crash") is False and some.right("overfitting") is None
    assert Label("z", words="rl-flat").kind == "rl" and Label("z", words="diverged").kind == "open"


def test_every_row_whose_folder_is_there_is_read(folder):
    found = list(labelled_set(folder, fresh=True))
    assert [s.label.id for s in found] == [row[0] for row in ROWS]
    assert all(len(s.runs) == 1 and s.fresh for s in found)
    assert {s.label.source for s in found} == {f"{folder.name}/{source}" for source in ("s1", "s2", "p1")}
    (folder / "strangers" / "a-01" / "log.csv").unlink()
    assert [len(s.runs) for s in labelled_set(folder)][:2] == [0, 1]


def test_the_figures_are_counts_of_right_and_false(folder):
    n = figures.figures(judging.score(labelled_set(folder), weights.weights()))
    assert n["a report came back"] == n["the loss was read"] == (7, 7)
    assert n["faulty high: named first"] == n["faulty high+medium: found"] == (3, 3) and n["healthy high: flagged"] == (1, 3)
    assert n["loud findings: right of right + false"] == (3, 4) and n["rl: a supervised problem named"] == (0, 1)
    assert n["faulty high+medium: explained"][1] == 2


def test_a_large_source_has_one_vote():
    runs = [scored(Label(str(i), source="big", words="overfitting", must_name=("overfitting",)), []) for i in range(9)]
    assert figures.one_vote_a_source(runs)["faulty: named first"] == (0.0, 1)
    said = [Vote("big", "p", 0.9, True)] * 98 + [Vote("small", "p", 0.9, False), Vote("other", "p", 0.9, False)]
    assert votes.tally(said) == votes.Tally(1.0, 3)
    assert confidences.one_number(said)[""].of(0.9) == pytest.approx(2 / 5)


@pytest.mark.parametrize("change, hparams, reasons, found", [
    (dict(hparam="lr", **{"from": 0.1}, to=1e-4), {}, (), ["lr down"]),
    (dict(hparam="lr", by=100.0), {}, (), ["lr up"]),
    (dict(hparam="lr", **{"from": 0.3}, to=1e-3), dict(optimizer="AdamW"), (), []),
    (dict(hparam="lr", **{"from": 1e-4}, to=5e-3), dict(optimizer="AdamW"), (), ["lr up"]),
    (dict(hparam="lr", **{"from": 1e-4}, to=5e-3), dict(optimizer="AdamW"), ("learning-rate-too-low",), []),
    (dict(hparam="lr", **{"from": 1e-6}, to=0.1, why="at this rate lr-0.1 ended lower"), {}, (), []),
    (dict(hparam="epochs", **{"from": 5}, to=5), {}, (), ["equal"]),
    (dict(hparam="accumulation_steps", to=1), {}, (), ["equal"]),
    (dict(hparam="batch_size", to=0), {}, (), ["absurd"]),
    (dict(hparam="lr", to=20.0), {}, (), ["absurd"]),
    (dict(hparam="dropout", **{"from": 0}, to=0.2), {}, (), []),
])  # fmt: skip
def test_a_change_that_nobody_would_make_is_wild(change, hparams, reasons, found):
    assert wildness(change, dict(message="", evidence=[]), hparams, reasons) == found


def test_findings_and_first_causes_are_heard_by_source(folder):
    findings, firsts = judging.claims(labelled_set(folder), weights.weights()["causes"])
    assert sorted((v.problem, v.right) for v in findings) == [
        ("exploding-loss", True), ("exploding-loss", True), ("overfitting", False), ("overfitting", True),
    ]  # fmt: skip
    assert len(firsts) == 2 and all(0 < v.raw < 1 for v in firsts)


def heard(problem, right, wrong, fresh=False):
    return [Vote(f"{problem}{fresh}{i}", problem, 0.95, i < right, fresh) for i in range(right + wrong)]


def said(lines, problem):
    return confidences.line(lines, problem).of(0.95)


def test_what_was_always_right_where_rules_were_made_is_not_so_sure_where_nobody_looked():
    in_view = heard("p", 20, 0) + heard("q", 20, 0)
    alone, both = (confidences.a_number_a_problem(some) for some in (in_view, in_view + heard("p", 3, 6, fresh=True)))
    assert said(alone, "p") > 0.95 and said(alone, "never heard of") > 0.9
    assert said(both, "p") < 0.5 and said(both, "p") < said(both, "q") < 0.8
    assert said(both, "never heard of") == pytest.approx(4 / 11)


def test_a_problem_that_few_claimed_is_held_near_the_others():
    lines = confidences.a_number_a_problem(heard("p", 30, 10) + heard("q", 1, 0))
    assert said(lines, "p") < said(lines, "q") < 0.85
    assert said(confidences.a_number_a_problem(heard("p", 30, 10) + heard("q", 12, 0)), "q") > said(lines, "q")


def test_a_curve_rises_where_surer_rules_were_right_more_often():
    sure = [Vote(f"a{i}", "p", 0.97, i % 10 != 0) for i in range(40)]
    unsure = [Vote(f"b{i}", "p", 0.6, i % 2 == 0) for i in range(40)]
    line = confidences.line(confidences.a_curve(sure + unsure), "p")
    assert line.of(0.97) == pytest.approx(0.9, abs=0.07) and line.of(0.6) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("way", confidences.WAYS)
def test_every_way_says_something_of_nothing_and_of_one_vote(way):
    for some in ([], heard("p", 1, 0), heard("p", 0, 1), heard("p", 1, 0, fresh=True)):
        assert 0 < said(confidences.WAYS[way](some), "p") < 1


def test_the_gradient_of_the_loss_is_its_slope():
    random = np.random.default_rng(1)
    known, right, share = random.normal(size=(9, 3)), random.random(9) < 0.5, random.random(9)
    at, arguments = random.normal(size=3), (known, right, share, np.array([0.5, 1.0, 2.0]), np.zeros(3))
    slope = [(confidences.lost(at + d, *arguments)[0] - confidences.lost(at - d, *arguments)[0]) / 2e-5 for d in 1e-5 * np.eye(3)]
    assert confidences.lost(at, *arguments)[1] == pytest.approx(slope, rel=1e-4)


def test_first_causes_stay_as_they_were_weighed_until_they_were_wrong_often():
    right = [Vote(f"s{i}", "", 0.8, i % 5 != 0) for i in range(100)]
    wrong = [Vote(f"s{i}", "", 0.8, i % 5 == 0) for i in range(100)]
    assert probabilities.a_curve(right).of(0.8) == pytest.approx(0.8, abs=0.02)
    assert probabilities.a_curve(wrong).of(0.8) == pytest.approx(0.2, abs=0.06)
    assert probabilities.a_curve(wrong[:5]) == probabilities.as_weighed(wrong)


def test_what_is_said_of_a_source_is_said_by_the_others():
    some = [Vote("a", "p", 0.9, True), Vote("b", "p", 0.9, False), Vote("b", "p", 0.9, False)]
    asked = []

    def way(rest):
        asked.append({v.source for v in rest})
        return lambda vote: 0.75

    pairs = left_out.paired(some, way)
    assert asked == [{"b"}, {"a"}] and [v for v, _ in pairs] == some
    found = left_out.score(pairs)
    assert (found.sources, found.claims, found.said, found.so) == (2, 3, 0.75, 0.5)
    assert found.brier == pytest.approx((0.25**2 + 0.75**2) / 2)


def test_the_simplest_of_equally_good_ways_is_taken_and_fresh_sources_decide():
    old, new = Vote("a", "p", 0.9, True), Vote("b", "p", 0.9, False, fresh=True)
    assert left_out.best({"simple": [(old, 0.9)], "other": [(old, 0.901)]}) == "simple"
    assert left_out.best({"simple": [(old, 0.9)], "other": [(old, 0.99)]}) == "other"
    assert left_out.best({"simple": [(old, 0.99), *[(new, 0.9)] * 20], "other": [(old, 0.5), *[(new, 0.3)] * 20]}) == "other"
    assert left_out.best({"simple": [(old, 0.9), (new, 0.5)], "other": [(old, 0.5), (new, 0.5)]}) == "simple"  # one new decides nothing


def test_what_only_a_probe_sees_keeps_what_its_rule_says():
    table = confidences.table(confidences.one_number([]), [])
    probed = {rule.name for rule in rules.problems() if "sanity_check" in rule.needs}
    assert probed and set(table) == {rule.name for rule in rules.problems()} - probed
    with weights.using({"problems": table}):
        assert weights.confidence(Finding("", (), confidence=0.95, problem=min(probed))) == 0.95
        assert weights.confidence(Finding("", (), confidence=0.95, problem="overfitting")) == 0.5


def test_without_a_corpus_confidences_are_fitted_and_causes_kept(folder, tmp_path, monkeypatch, capsys):
    table, report = tmp_path / "weights.toml", tmp_path / "report"
    main(monkeypatch, "--real-runs", folder, "--table", table, "--report", report)
    found = tomllib.loads(table.read_text(encoding="utf-8"))
    assert found["causes"] == weights.weights()["causes"]
    assert found["problems"]["overfitting"].items() >= dict(findings=2, right=1, sources=1).items()
    text = (report / "report.md").read_text(encoding="utf-8")
    assert "not shipped" in text and "| healthy high: flagged | 1/3 (33%) | 1/3 (33%) |" in text and "Figures: fresh" not in text
    printed = capsys.readouterr().out
    assert (
        "| healthy high: flagged | 1/3 (33%) | 1/3 (33%) |" in printed
        and "No source was fresh" in printed
        and "No source was fresh" in text
    )
    with weights.using(found):
        assert 0 < weights.confidence(Finding("", (), confidence=0.97, problem="overfitting")) < 0.9
    assert not list(report.glob("corpus*"))


def test_fresh_runs_are_told_from_those_in_view(folder, tmp_path, monkeypatch):
    main(monkeypatch, "--fresh", folder, "--table", tmp_path / "weights.toml", "--report", tmp_path)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "| fresh: nobody had looked at them | 7 | 3/3 (100%) | 1/3 (33%) | 3/4 (75%) |" in text and "Figures: fresh sources" in text
    assert "No source was fresh" not in text


@pytest.mark.parametrize("arguments, said", [
    (["--real-runs", "."], "0 sources"), ([], "give a corpus"), (["--fresh", "."], "holds no labels.csv"),
], ids=["no runs of others", "nothing", "no labels"])  # fmt: skip
def test_what_cannot_be_used_is_refused_in_a_sentence(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=said):
        main(monkeypatch, *arguments, "--table", tmp_path / "weights.toml", "--report", tmp_path)
    assert not (tmp_path / "weights.toml").exists()


def test_the_table_written_again_is_the_same():
    assert written(weights.weights()) == weights.TABLE.read_text(encoding="utf-8")
