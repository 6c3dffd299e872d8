"""One run on one screen: what it says, that it never takes more, and how sure it says to be."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

import advisor
from advisor.commands.proof_line import proof_line
from advisor.curves import fall, logged, noise
from advisor.evidence import weights
from advisor.finding import Cause, Change, Evidence, Finding, Report
from advisor.judging import rules
from advisor.render import one_screen
from advisor.render.layout import Flowing
from advisor.render.terminal import written
from advisor.render.track_record import out_of, track_record
from advisor.run import Run
from probes.trying.change import settings_of

SAMPLES = Path(__file__).parents[2] / "sample_runs"
LINES, COLUMNS = 30, 100


def screen(report, width=COLUMNS):
    console = Console(width=width, color_system=None, highlight=False, emoji=False, markup=False, file=io.StringIO())
    return written(console, one_screen.blocks(report, proof_line))


def test_sample_run(golden, monkeypatch):
    monkeypatch.chdir(SAMPLES.parent)
    golden("screen_overfitting.txt", screen(advisor.diagnose("sample_runs/overfitting")[0]))


def test_every_sample_run_takes_one_screen(reports):
    for report in reports:
        lines = screen(report).splitlines()
        assert len(lines) <= LINES and max(map(len, lines)) <= COLUMNS, report.run.name
        assert report.run.name in lines[0]
        assert all(f.problem in "".join(lines) for f in report.findings[:3])


def test_the_command_that_proves_a_change_is_one_that_try_takes(reports):
    lines = [line for report in reports if (line := proof_line(report))]
    assert len(lines) > 10
    for line in lines:
        assert settings_of(line.replace("--set ", "").split()[3:])
    assert not any(proof_line(report) for report in reports if report.verdict == "healthy")
    assert (
        proof_line(next(r for r in reports if r.run.name == "overfitting/runs"), "my net.py") == "advisor try 'my net.py' --set dropout=0.2"
    )


def crowded():
    """A report of which everything is long and there is much of everything."""
    words = "the words of a stranger\x1b[31m " * 40
    loss = logged("train_loss", fall() * noise(0.1))
    run = Run(Path("runs/" + "long-" * 30), {"a/loss": loss}, notes=(words,) * 9, name="long-" * 30)
    run.__dict__["signals"] = {"train_loss": loss}
    change = Change("lr", 0.1, interval=(0.01, 1), why=words, from_=1.0, how={"pytorch": words})
    facts = tuple(Evidence("train_loss", 0, 4000, words, 1.0, weight=float(i)) for i in range(1, 9))
    causes = tuple(Cause(f"cause-{i}", 0.3, words, facts, (replace(change, to=0.1 / (1 + i)),)) for i in range(9))
    found = tuple(Finding(words, facts, "error", 0.9, f"problem-{i}", causes, (words,) * 30) for i in range(9))
    return Report(run, "problem", change, found, ("a",) * 30, dict.fromkeys(map(str, range(30)), words))


@pytest.mark.parametrize("width", [30, 60, 100])
def test_much_of_everything_takes_one_screen_too(width):
    text = screen(crowded(), width)
    assert max(map(len, text.splitlines())) <= width and "\x1b" not in text
    assert width < COLUMNS or (len(text.splitlines()) <= LINES and "7 more findings" in text and "8 more notes" in text)


def test_how_sure_is_what_was_measured_of_other_people_s_runs():
    told = Finding("", (), confidence=0.95, problem="overfitting")
    assert track_record(told) == "on other people's runs 19 of 20 such verdicts were right"
    assert track_record(replace(told, confidence=0.83)).endswith("83 of 100 such verdicts were right")
    with weights.using({"problems": {"overfitting": {"sources": 0, "shift": 2.0, "slope": 0.0}}}):
        assert "no other person's run" in track_record(told)
    with weights.using({}):
        assert "by its rule alone" in track_record(told) and "95%" in track_record(told)


def test_only_problems_that_were_measured_claim_a_record():
    for rule in rules.problems():
        said = track_record(Finding("", (), confidence=0.9, problem=rule.name))
        assert said.startswith("on other people's runs") == bool(weights.of("problems", rule.name).get("sources"))


@pytest.mark.parametrize(
    "share, words", [(0.95, "19 of 20"), (0.9, "9 of 10"), (0.99, "99 of 100"), (0.98, "49 of 50"), (1 / 3, "33 of 100")]
)
def test_a_share_of_a_round_number(share, words):
    assert out_of(share) == words


def test_parts_stay_whole_and_the_rest_of_a_line_is_left_out():
    def shown(parts, width, **settings):
        return written(
            Console(width=width, color_system=None, file=io.StringIO()), [Flowing([*map(one_screen.Text, parts)], "; ", **settings)]
        )

    assert shown(["one", "two", "three"], 12) == "one; two\nthree\n"
    assert shown(["one", "two", "three"], 12, most=1) == "one; two\n"
    assert shown(["one two three four five"], 8, most=2) == "one two\nthree…\n"
    assert shown(["one", "two", "three", "four"], 9, most=2) == "one; two\nthree\n"
