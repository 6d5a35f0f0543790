"""What the issue promises in numbers, measured: `python -m tests.benchmarks`. Not collected by pytest."""
