"""One measurement a file: `measure(training, ...)` yields rows of numbers, `check(table)` says what they mean."""
