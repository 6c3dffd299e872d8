"""The published schemas hold for what is printed, and name every key in it; the brief answer is brief."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from advisor.agents import brief
from advisor.agents.schemas import SCHEMAS
from advisor.commands.cli import app
from advisor.commands.proof_line import proof_line
from advisor.faults import Fault
from advisor.finding import Change, Finding, Report
from advisor.render import json as as_json
from advisor.run import Run

SAMPLES = Path(__file__).parents[2] / "sample_runs"
BYTES = 1536
LONG = "strangers' words \x1b[31m日本" * 200


def closed(schema):
    """The schema with no other keys allowed where it names some."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    named = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return {key: closed(value) for key, value in schema.items()} | named


def check(name, text):
    schema = closed(json.loads(SCHEMAS[name].read_text(encoding="utf-8")))
    jsonschema.Draft202012Validator(schema).validate(json.loads(text))


def long_report():
    found = Finding(LONG, (), "error", 0.9, LONG)
    change = Change(LONG, LONG, why=LONG, from_=LONG, how={"pytorch": LONG})
    return Report(Run(Path(LONG[:200]), name=LONG), "problem", change, (found,) * 9)


def test_every_report_holds_to_its_schema(reports):
    unread = Report(Run(Path("x"), name="x", unread="gone"), "cannot-tell", reason="gone", faults=(Fault("x", "y"),))
    check("report", as_json.render([*reports, unread, long_report()]))
    check("report", as_json.render([]))


@pytest.mark.parametrize("count", [0, 1, 29])
def test_every_brief_answer_holds_to_its_schema_and_is_brief(reports, count):
    text = "".join(brief.pieces(reports[:count], proof_line))
    check("brief", text)
    assert all(len(line.encode()) <= BYTES for line in text.splitlines()) and len(json.loads(text)["brief"]) == min(count, len(reports))


def test_answers_that_cease_are_still_json(reports):
    def ceasing():
        yield reports[0]
        raise OSError("the disk is gone")

    said: list[str] = []
    with pytest.raises(OSError, match="gone"):
        for piece in brief.pieces(ceasing(), proof_line):
            said.append(piece)  # noqa: PERF402  # what was written before the end is what is looked at
    check("brief", "".join(said))
    assert json.loads("".join(said))["incomplete"] == "the disk is gone"


def test_an_answer_is_brief_whatever_logs_say():
    [line] = [json.dumps(brief.as_dict(long_report(), LONG), ensure_ascii=False)]
    assert len(line.encode()) <= BYTES and "\x1b" not in line


def test_an_answer_names_the_change_its_command_and_the_next_step(reports):
    [sick] = [r for r in reports if r.run.name == "overfitting/runs"]
    told = brief.as_dict(sick, proof_line(sick))
    assert told["problems"] == ["overfitting"] and told["change"]["to"] == 0.2 and told["change"]["line"] == "nn.Dropout(p=0.2)"
    assert told["change"]["command"] == "advisor try train.py --set dropout=0.2" and len(told["facts"]) == 3
    [well] = [r for r in reports if r.run.name == "healthy-text/output/runs"]
    assert brief.as_dict(well) | {"run": ""} == {
        "run": "", "verdict": "healthy", "problems": [], "sure": None, "change": None, "facts": [], "next_step": "Nothing to change.",
    }  # fmt: skip
    unsure = replace(well, verdict="cannot-tell", reason="too few points")
    assert "too few points" in brief.as_dict(unsure)["next_step"]


def test_the_commands_print_what_the_schemas_say():
    for name in SCHEMAS:
        printed = json.loads(CliRunner().invoke(app, ["schema", name]).stdout)
        jsonschema.Draft202012Validator.check_schema(printed)
    check("brief", CliRunner().invoke(app, ["diagnose", str(SAMPLES / "overfitting"), "--brief"]).stdout)
    two = [str(SAMPLES / name) for name in ("learning-rate-too-low", "learning-rate-too-high")]
    check("compare", CliRunner().invoke(app, ["compare", *two, "--json"]).stdout)
    refused = CliRunner().invoke(app, ["schema", "reprot"])
    assert refused.exit_code == 2 and "Did you mean report?" in refused.stderr
