"""What an agent is told of this program: a skill, and llms.txt."""

from pathlib import Path

SKILL, LLMS = (Path(__file__).with_name(name) for name in ("skill.md", "llms.txt"))
