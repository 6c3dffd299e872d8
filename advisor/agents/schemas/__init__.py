"""JSON Schemas of what is printed as JSON, one a file."""

from pathlib import Path

SCHEMAS = {file.stem: file for file in sorted(Path(__file__).parent.glob("*.json"))}
