"""Many runs: the same is said of each however the work is spread, and none stops the others."""

import contextlib
import functools
import io
import itertools
import json
import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

import advisor
from advisor.commands.cli import app
from advisor.commands.forms import Form
from advisor.commands.printing import print_reports
from advisor.curves import fall, line, nan_after, noise, rise
from advisor.errors import AdvisorError
from advisor.interruption import listening, status
from advisor.many_runs import judge, survey
from advisor.many_runs.spread import CHUNK, LostItem, spread
from advisor.many_runs.survey import Survey
from advisor.many_runs.workers import Backend, Workers
from advisor.reading.runs import list_logs
from advisor.render.json import pieces, render
from probes.process.reaper import living
from tests.commands.command_line import log
from tests.commands.signal_trials import ignore_nothing

ROOT = Path(__file__).parents[2]
KINDS = (
    {"Loss/train": fall() * noise(0.03), "lr": line(0.01, 0.01)},
    {"Loss/train": fall(end=0.02), "Loss/test": fall(end=0.6) + rise(0.5, after=0.4), "lr": line(0.03, 0.03)},
    {"Loss/train": fall() * nan_after(0.1), "lr": line(3, 3)},
    {"Loss/train": line(2.3, 2.1) * noise(0.01), "lr": line(1e-5, 1e-5)},
)


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """Two searches of twelve runs each, a run that is garbage, a folder with a Git LFS pointer, and a run on its own."""
    root = tmp_path_factory.mktemp("sweep")
    for i in range(24):
        log(root / f"search{i // 12}" / f"trial{i:02}", KINDS[i % 4])
    (root / "search0" / "broken").mkdir()
    (root / "search0" / "broken" / "x.tfevents").write_bytes(b"garbage" * 9)
    (root / "search1" / "large").mkdir()
    (root / "search1" / "large" / "x.tfevents").write_text("version https://git-lfs.github.com/spec/v1\n")
    log(root / "single", KINDS[0])
    return root


def surveyed(root, workers, **more):
    return render(Survey(list_logs(root), workers=workers, **more).reports())


@pytest.fixture(scope="module")
def expected(sweep):
    return render(advisor.diagnose(sweep))


def test_a_run_that_cannot_be_read_has_a_report_with_the_reason(expected):
    reports = {report["run"]["name"]: report for report in json.loads(expected)["reports"]}
    assert len(reports) == 27 and next(iter(reports)) == "search0/broken"
    for name, reason in (("search0/broken", "no whole record"), ("search1/large", "git lfs pull")):
        assert reports[name]["verdict"] == "cannot-tell" and not reports[name]["findings"] and reason in reports[name]["reason"]
    assert any(
        "sibling" in evidence["fact"] for r in reports.values() for f in r["findings"] for c in f["causes"] for evidence in c["evidence"]
    )


@pytest.mark.parametrize("workers", [Workers(), Workers(1), Workers(2)], ids=["held in memory", "one by one", "two processes"])
def test_the_same_is_said_however_the_work_is_spread(sweep, expected, workers, monkeypatch):
    if workers.jobs == 1:
        monkeypatch.setattr(survey, "FEW", 0)
    assert surveyed(sweep, workers) == expected


@pytest.fixture(scope="module")
def scheduler():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def test_dask(sweep, expected, scheduler):
    assert surveyed(sweep, Workers(backend=Backend.dask, address=scheduler)) == expected


@pytest.mark.slow
def test_ray(sweep, expected, monkeypatch):
    clusters = pytest.importorskip("ray.cluster_utils")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # its workers start elsewhere
    cluster = clusters.Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    try:
        assert surveyed(sweep, Workers(2, Backend.ray, cluster.address)) == expected
    finally:
        cluster.shutdown()


@pytest.mark.parametrize(
    "workers, said",
    [
        (Workers(backend=Backend.dask), "--address tcp://"),
        (Workers(backend=Backend.ray), "--address auto"),
        (Workers(backend=Backend.dask, address="tcp://127.0.0.1:9"), "there is no Dask scheduler at tcp://127.0.0.1:9"),
        (Workers(backend=Backend.dask, address="nonsense://"), "there is no Dask scheduler at nonsense"),
    ],
)
def test_a_cluster_that_is_not_there(sweep, workers, said, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("advisor.many_runs.workers.TIMEOUT", 0.5)
    with pytest.raises(AdvisorError, match=said):
        surveyed(sweep, workers)


def mortal(item):
    if item == CHUNK + 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return math.factorial(item)


def test_a_worker_that_dies_costs_only_the_item_it_died_over():
    items = range(4 * CHUNK)
    results = list(spread(mortal, items, Workers(2)))
    assert [i for i, result in enumerate(results) if isinstance(result, LostItem)] == [CHUNK + 3]
    assert [result for result in results if not isinstance(result, LostItem)] == [math.factorial(i) for i in items if i != CHUNK + 3]


def test_a_run_that_kills_its_worker_is_a_row(sweep, expected, monkeypatch):
    def dying(work, items, workers):
        for item in items:
            unit = item[0] if isinstance(item, tuple) else item
            yield LostItem() if unit.path.name == "trial05" else work(item)

    monkeypatch.setattr(survey, "spread", dying)
    reports = list(Survey(list_logs(sweep), workers=Workers(2)).reports())
    [lost] = [report for report in reports if report.run.name == "search0/trial05"]
    assert len(reports) == 27 and "died" in lost.reason and lost.run.unread


def test_reports_are_given_as_soon_as_they_are_known(sweep, monkeypatch):
    read = []
    monkeypatch.setattr(judge, "read_group", lambda group, *how, real=judge.read_group: read.append(group) or real(group, *how))
    reports = Survey(list_logs(sweep), alone=True, workers=Workers(1)).reports()
    monkeypatch.setattr(survey, "FEW", 0)
    for _ in range(4):
        next(reports)
    assert len(read) == 4


def test_no_curves_are_held_but_they_are_read_again_where_asked_for(sweep):
    held = Survey(list_logs(sweep), workers=Workers(2))
    reports = [report for report in held.reports() if not report.run.unread]
    assert max(len(curve) for report in reports for curve in report.run.scalars.values()) <= 2
    report = next(r for r in reports if r.verdict == "problem")
    whole = held.full_report(report)
    assert len(whole.run.signal("train_loss")) == 200 and whole.findings == report.findings


def test_json_that_ceases_says_so_and_stays_one_object(sweep):
    def ceasing():
        yield from advisor.diagnose(sweep)[:2]
        raise KeyboardInterrupt

    written = io.StringIO()
    with contextlib.suppress(KeyboardInterrupt):
        for piece in pieces(ceasing()):
            written.write(piece)
    message = json.loads(written.getvalue())
    assert len(message["reports"]) == 2 and message["incomplete"] == "interrupted"


def test_json_is_whole_whenever_a_signal_comes(sweep, tmp_path, monkeypatch, request):
    """Each moment is another one; none may fall into the writing of a piece, nor between two words of it."""
    known, whole = advisor.diagnose(sweep)[:4], []
    written = tmp_path / "out.json"
    numbers = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
    for number in numbers:  # whatever started these tests may ignore it, as nohup does
        request.addfinalizer(functools.partial(signal.signal, number, signal.signal(number, signal.default_int_handler)))

    def endless(number, seconds):
        yield known[0]
        timer = threading.Timer(seconds, os.kill, (os.getpid(), number))
        timer.start()
        try:
            yield from itertools.cycle(known)
        finally:
            timer.join()

    for i in range(150):
        number, seconds = numbers[i % 3], random.Random(i).uniform(0, 0.03)
        with written.open("w") as out, monkeypatch.context() as patched, listening():
            patched.setattr(sys, "stdout", out)
            with pytest.raises(KeyboardInterrupt) as end, contextlib.closing(endless(number, seconds)) as reports:
                print_reports(reports, Form.json)
        assert status(end.value) == 128 + number
        whole.append(json.loads(written.read_text()))
    assert all(message["reports"] and message["incomplete"] == "interrupted" for message in whole)


def test_a_reader_that_is_slow_can_be_left_at_the_second_signal(long):
    process = command(str(long), "--json", "--alone", "--jobs", "1", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(1)  # and no more: the pipe is soon full
    time.sleep(2)
    process.send_signal(signal.SIGTERM)
    time.sleep(1.5)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 143 and not process.stderr.read()


def command(*arguments, **more):
    return subprocess.Popen([sys.executable, "-m", "advisor", "diagnose", *arguments], cwd=ROOT, text=True, **more)


@pytest.fixture(scope="module")
def long(tmp_path_factory, sweep):
    """A tree that takes seconds: a search of links to one run."""
    root = tmp_path_factory.mktemp("long")
    [file] = (sweep / "single").iterdir()
    for i in range(600):
        (root / f"{i}").mkdir()
        os.link(file, root / f"{i}" / file.name)
    return root


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_the_work_quietly(long, jobs, tmp_path):
    written = tmp_path / "out.json"
    with written.open("w") as out:
        process = command(str(long), "--json", "--alone", "--jobs", jobs, stdout=out, stderr=subprocess.PIPE, start_new_session=True)
    while process.poll() is None and not written.stat().st_size:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    complaints = process.communicate(timeout=60)[1]
    message = json.loads(written.read_text())
    assert process.returncode == 130 and not complaints
    assert 0 < len(message["reports"]) < 600 and message["incomplete"] == "interrupted"


def started_by(process):
    return [one for one, parent in living()[0].items() if parent == process.pid]


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals are not held back here")
@pytest.mark.parametrize("children", [1, 2, 3])
def test_an_interrupt_while_workers_are_started_is_not_lost(long, children):
    process = command(
        str(long), "--json", "--alone", "--jobs", "2", stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=ignore_nothing
    )
    while process.poll() is None and len(started_by(process)) < children:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    out, complaints = process.communicate(timeout=60)
    assert process.returncode == 130 and not complaints and len(json.loads(out or '{"reports": []}')["reports"]) < 600


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="terminals do not end so here")
def test_the_end_of_a_terminal_ends_the_work_quietly(long):
    """Those that keep count of what joblib's processes share would be started again, and know of nothing."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "preexec_fn": ignore_nothing, "start_new_session": True}
    process = command(str(long), "--json", "--alone", "--jobs", "2", **options)
    process.stdout.read(2000)
    os.killpg(process.pid, signal.SIGHUP)
    assert not process.communicate(timeout=60)[1] and process.returncode == 129


def test_a_pipe_that_closes_ends_the_work_quietly(long):
    process = command(str(long), "--json", "--alone", "--jobs", "2", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(2000)
    process.stdout.close()
    assert process.wait(60) == 141
    assert not process.stderr.read()


def said(*arguments):
    return CliRunner().invoke(app, ["diagnose", *map(str, arguments)], env={"COLUMNS": "80"})


def test_the_worst_are_shown_and_the_rest_are_counted(sweep):
    text = said(sweep).stdout
    rows = [row for row in text.splitlines() if row.startswith(("✗", "?"))]
    assert [row[0] for row in rows] == ["✗"] * 18 + ["?"] * 2 and max(map(len, text.splitlines())) <= 80
    levels = [row.split("%")[0].split()[-2] for row in rows[:18]]
    assert levels == sorted(levels, key=["error", "warning"].index)
    assert "7 healthy" in text and f"advisor diagnose {sweep}" in " ".join(text.split())


def test_of_very_many_only_the_worst_are_shown(tmp_path, sweep):
    [file] = (sweep / "search0" / "trial02").iterdir()
    for i in range(40):
        (tmp_path / f"{i}").mkdir()
        os.link(file, tmp_path / f"{i}" / file.name)
    table = said(tmp_path, "--jobs", 1).stdout
    assert table.count("✗") == 31 and "10 more rows" in " ".join(table.split())
    assert said(tmp_path, "--jobs", 1, "--verbose").stdout.count("\n✗") == 80


def test_a_tag_that_no_run_logged_is_refused_however_the_work_is_spread(sweep):
    for jobs in (1, 2):
        result = said(sweep, "--tag", "train_loss=no/such", "--jobs", jobs)
        assert result.exit_code == 2 and "no/such" in result.stderr and not result.stdout


def test_thousands_of_folders_without_logs_are_soon_passed_over(tmp_path):
    for i in range(2000):
        (tmp_path / f"{i // 50}" / f"{i}").mkdir(parents=True)
    log(tmp_path / "run", KINDS[0])
    begun = time.process_time()
    assert len(list_logs(tmp_path).groups) == 1
    assert time.process_time() - begun < 20
