"""The page: small, whole in itself, safe whatever the logs say, and readable in a browser."""

import html
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import advisor
from advisor.commands.cli import app
from advisor.curves import fall, logged, nan_after, noise
from advisor.finding import Cause, Change, Evidence, Finding, Report
from advisor.render.curve_words import words
from advisor.render.page.document import render
from advisor.render.page.panels import COLUMNS, panels, thinned
from advisor.run import Run
from advisor.scalar import scalar

SAMPLES = Path(__file__).parents[2] / "sample_runs"
HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(2)>\" onload='x' \u202eevil {{ 7 * 7 }} &amp;"
ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "h1",
        "h2",
        "h3",
        "p",
        "span",
        "strong",
        "section",
        "small",
        "pre",
        "figure",
    ),
    *("div", "i", "svg", "path", "figcaption", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "meter", "a"),
}
EMPTY = {"meta", "path"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Read(HTMLParser):
    """What a browser would see: elements, attributes, text, and whether every element ends where it should."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.attributes, self.text, self.open = Counter(), [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes += attrs
        self.open += [tag] if tag not in EMPTY else []

    def handle_endtag(self, tag):
        assert tag in EMPTY or self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(page):
    seen = Read(page)
    assert not seen.open and set(seen.elements) <= ALLOWED
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in ("src", "srcset", "xlink:href")]
    assert all(value.startswith("#") for name, value in seen.attributes if name == "href")
    assert "url(" not in page and "@import" not in page
    return seen


def hostile():
    """Everything that comes from logs is hostile."""
    loss = replace(logged("train_loss", fall() * noise(0.1) * nan_after(0.8)), tag=HOSTILE)
    run = Run(Path("runs") / "x", {HOSTILE: loss}, hparams={HOSTILE: HOSTILE}, notes=(HOSTILE,) * 9, name=HOSTILE, format=HOSTILE)
    run.__dict__["signals"] = {"train_loss": loss, "hparams": {HOSTILE: HOSTILE}}
    facts = (Evidence("train_loss", 0, 4000, HOSTILE, float("nan"), 1.0, 3.0, HOSTILE),)
    change = Change("lr", HOSTILE, why=HOSTILE, from_=HOSTILE, how={HOSTILE: HOSTILE})
    causes = (Cause(HOSTILE, 0.4, HOSTILE, facts, (change, replace(change, hparam=HOSTILE))),)
    found = Finding(HOSTILE, facts, "error", 0.9, HOSTILE, causes, (HOSTILE,))
    return Report(run, "problem", change, (found, replace(found, same_cause_as=HOSTILE)), (HOSTILE,), {HOSTILE: HOSTILE})


def test_every_sample_run_is_a_small_page_that_says_what_the_report_says(reports):
    for report in reports:
        page = render([report])
        text = " ".join("".join(read(page).text).split())
        assert len(page.encode()) <= 60_000
        assert report.run.name in text and all(" ".join(f.message.split()) in text for f in report.findings)
        assert all(" ".join(line.split()) in text for line in (report.first_change.how.values() if report.first_change else ()))
        assert all(name in text for name in [*report.passed, *report.skipped])


def test_every_figure_has_its_numbers_in_words(reports):
    for report in reports:
        seen = read(render([report]))
        assert seen.elements["svg"] == seen.elements["figure"] == sum(name == "role" and value == "img" for name, value in seen.attributes)
        assert all(value for name, value in seen.attributes if name == "aria-label")


def test_a_hundred_runs_are_one_page_of_rows_the_worst_first(reports):
    page = render((reports * 4)[:100])
    seen = read(page)
    assert len(page.encode()) <= 300_000 and seen.elements["details"] == 100 and seen.elements["tr"] == 101
    assert page.index(">exploding-loss/") < page.index(">healthy-digits/")
    assert "3 more runs are not shown" in render((reports * 4)[:103])


@pytest.mark.parametrize("many", [1, 2])
def test_what_logs_say_is_text(many):
    page = render([hostile()] * many, above=HOSTILE, title=HOSTILE)
    text = "".join(read(page).text)
    assert "<script>alert(1)</script>" in text and "{{ 7 * 7 }} &amp;" in text and "\u202e" not in page


def test_a_long_curve_keeps_its_spike_and_its_gap_in_few_points():
    values = np.linspace(3, 1, 100_000)
    values[54_321], values[70_000] = 99.0, np.nan
    curve = scalar(np.arange(100_000), values)
    kept = thinned(curve, COLUMNS)
    assert len(kept) <= 3 * COLUMNS + 2 and 99.0 in kept.values and np.isnan(kept.values).sum() == 1
    said = words("x", curve)
    assert said.startswith("x went from 3 at step 0 to 1 at step 99999, lowest 1 at step 99999, highest 99 at step 54321")
    assert said.endswith("; 1 of 100000 points are NaN or infinite.")


def test_a_curve_is_drawn_from_corner_to_corner_and_breaks_where_it_is_lost():
    run = Run(Path("x"), {"loss": scalar([0, 1, 2, 3, 4], [4.0, 3.0, np.nan, 1.0, 0.0], tag="loss")})
    [panel] = panels(Report(run, "healthy"))
    assert panel.lines[0].path == "M0 0L250 75M750 225L1000 300" and panel.lines[0].lost == ((50.0, 0.4),)
    assert (panel.high, panel.low, panel.first, panel.last) == ("4", "0", 0, 4)


def test_the_command_writes_it_and_replaces_nothing_unasked(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(app, ["diagnose", str(SAMPLES / "overfitting"), *map(str, arguments)])

    page, log = tmp_path / "report.html", tmp_path / "metrics.csv"
    log.write_text("step,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(20)), encoding="utf-8")
    first = run("--html", page)
    assert first.exit_code == 0 and "overfitting" in first.stdout and f"wrote {page}" in first.stderr
    assert "dropout 0 → 0.2" in "".join(read(page.read_text(encoding="utf-8")).text)
    for given, said in (
        (("--html", page), "exists: name another file, or replace it with --force"),
        (("--html", log, "--force"), "is a log"),
        (("--html", tmp_path), "is a folder"),
        (("--html", tmp_path / "no" / "x.html"), "is no folder"),
    ):
        refused = run(*given)
        assert refused.exit_code == 2 and said in refused.stderr and not refused.stdout
    page.write_text("old", encoding="utf-8")
    assert run("--html", page, "--force", "--json").exit_code == 0 and page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_beside_the_logs_is_none_of_them(tmp_path):
    shutil.copytree(SAMPLES / "overfitting" / "runs", tmp_path / "runs")
    before = advisor.diagnose(tmp_path / "runs")
    (tmp_path / "runs" / "report.html").write_text(render(before), encoding="utf-8")
    [after] = advisor.diagnose(tmp_path / "runs")
    assert after.run.notes == before[0].run.notes and after.run.format == before[0].run.format


def test_a_report_shows_itself_in_a_notebook(reports):
    frame = reports[0]._repr_html_()
    assert frame.startswith("<iframe sandbox") and html.unescape(frame.partition('srcdoc="')[2]).startswith("<!doctype html>")
    assert frame.count("<") == 2  # the page in it is its attribute


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
def test_a_browser_runs_nothing_and_shows_the_page(tmp_path):
    page = tmp_path / "x.html"
    page.write_text(render([hostile()]), encoding="utf-8")
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'p'}", "--virtual-time-budget=500"]
    done = subprocess.run([*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120)
    assert "<script" not in done.stdout and "<img" not in done.stdout and "&lt;script&gt;alert(1)" in done.stdout
