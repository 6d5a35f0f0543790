"""`hub schema print`: `--check` writes nothing, and tells what differs."""

from tests.commands.run import REPOSITORY, hub


def test_check_says_that_the_files_are_up_to_date_and_writes_nothing() -> None:
    path = REPOSITORY / "schema" / "schema.graphql"
    before = path.stat().st_mtime_ns
    done = hub("schema", "print", "--check")
    assert done.returncode == 0, done.stderr
    assert "schema.graphql is up to date" in done.stdout
    assert path.stat().st_mtime_ns == before
