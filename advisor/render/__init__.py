"""How a report is shown: one form a file, `render(report) -> str`."""
