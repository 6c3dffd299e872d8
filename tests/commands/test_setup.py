"""What agents are told holds, and is written where they look for it, between marks of ours alone."""

import re
from functools import cache

import pytest
from typer.testing import CliRunner

from advisor.agents.setting_up import AGENTS, BEGIN, END
from advisor.agents.texts import LLMS, SKILL
from advisor.commands.cli import app


def setup(*arguments):
    return CliRunner().invoke(app, ["setup", *arguments])


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", AGENTS)
def test_it_shows_and_writes_only_when_told_to(name, project):
    shown = setup("--agent", name)
    assert shown.exit_code == 0 and BEGIN in shown.stdout and AGENTS[name].file in shown.stderr and not list(project.iterdir())
    assert setup("--agent", name, "--yes").exit_code == 0
    text = (project / AGENTS[name].file).read_text(encoding="utf-8")
    assert text == shown.stdout and text.startswith(AGENTS[name].head or BEGIN)
    assert setup("--agent", name, "--yes").exit_code == 0 and (project / AGENTS[name].file).read_text(encoding="utf-8") == text


def test_what_others_wrote_stays(project):
    file = project / "AGENTS.md"
    file.write_text("# Ours\n\nUse tabs.\n", encoding="utf-8")
    setup("--agent", "codex", "--yes")
    first = file.read_text(encoding="utf-8")
    file.write_text(first.replace("advisor diagnose", "advisor of old") + "\nMore of ours.\n", encoding="utf-8")
    setup("--agent", "codex", "--yes")
    assert file.read_text(encoding="utf-8") == first + "\nMore of ours.\n" and first.startswith("# Ours\n\nUse tabs.\n\n" + BEGIN)


def test_a_file_that_is_not_ours_is_left_alone(project):
    file = project / AGENTS["claude"].file
    file.parent.mkdir(parents=True)
    file.write_text("mine", encoding="utf-8")
    refused = setup("--agent", "claude", "--yes")
    assert refused.exit_code == 2 and "not by advisor setup" in refused.stderr and file.read_text(encoding="utf-8") == "mine"


def test_bad_input_is_one_sentence(project):
    unknown = setup("--agent", "claud")
    assert unknown.exit_code == 2 and "Did you mean claude?" in unknown.stderr
    (project / "AGENTS.md").mkdir()
    assert setup("--agent", "codex", "--yes").exit_code == 2


@cache
def help_of(name):
    return CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).stdout


@pytest.mark.parametrize("text", [SKILL, LLMS])
def test_agents_are_told_of_commands_and_options_that_there_are(text):
    said = text.read_text(encoding="utf-8")
    assert BEGIN not in said and END not in said
    for line in re.findall(r"advisor (\w+ ?[^\n`#]*)", said):
        name, *rest = line.split()
        if name in ("diagnose", "compare", "watch", "try", "probe", "run", "explain", "demo", "doctor", "schema"):
            asked = [word for word in rest[: rest.index("--") if "--" in rest else None] if word.startswith("--")]
            assert all(word in help_of(name) for word in asked), line
        else:
            assert name in ("reads",), line
