"""`hub explain`: the denials, cost and statements of a document, as a role would run it."""

import json
from pathlib import Path

import pytest

from hub.sql_layout import laid_out
from tests.commands.run import hub

DOCUMENT = """
query Q($n: String!) {
  students(first: 3, filter: {lastName: {prefix: $n}}) { nodes { msixId healthAlerts { kind } } }
  uploads { nodes { fileName } }
  viewer { userId }
}
"""


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "q.graphql"
    path.write_text(DOCUMENT)
    return str(path)


def test_it_tells_denials_cost_and_statements(document: str) -> None:
    done = hub("explain", document, "--as", "PRIMARY_USER", "--state", "TX", "--variables", '{"n": "gar"}', "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [error["extensions"]["coordinate"] for error in told["errors"]] == ["Query.uploads"]
    assert 0 < told["cost"] < told["most"]
    students, uploads, viewer = told["roots"]
    assert "json_agg" in students["sql"] and "gar" not in students["sql"]
    named = next(each for each in students["parameters"] if each["value"] == "gar")
    assert "filter.lastName.prefix" in named["meaning"]
    assert uploads["sql"] is None and viewer["sql"] is None


def test_it_shows_the_plan_of_the_database(document: str, database_url: str) -> None:
    options = ("--as", "STATE_DATA_ADMINISTRATOR", "--state", "TX", "--variables", '{"n": "gar"}', "--analyze")
    done = hub("explain", document, *options, HUB_DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Execution Time") == 2
    assert "viewer.state" in done.stdout


def test_it_explains_what_is_looked_up_by_its_id(tmp_path: Path) -> None:
    path = tmp_path / "q.graphql"
    looked_up = {
        "student": 'msixId: "1"',
        "stateRecord": 'state: "TX", stateStudentId: "1"',
        "node": 'id: "U3R1ZGVudDox"',
        "nodes": 'ids: ["U3R1ZGVudDox"]',
        "worklistItem": 'id: "V29ya2xpc3RJdGVtOjE="',
        "upload": 'id: "VXBsb2FkOjE="',
        "moveNotice": 'id: "TW92ZU5vdGljZTox"',
        "dataRequest": 'id: "RGF0YVJlcXVlc3Q6MQ=="',
    }
    path.write_text("{ " + " ".join(f"{root}({given}) {{ id }}" for root, given in looked_up.items()) + " }")
    done = hub("explain", str(path), "--as", "STATE_DATA_ADMINISTRATOR", "--state", "TX", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["errors"] == []
    assert {root["key"]: "SELECT" in root["sql"] for root in told["roots"]} == dict.fromkeys(looked_up, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--as", "NOBODY"), "--as takes one of"),
        (("--as", "HELP_DESK"), "(INVALID_VARIABLES)"),
        (("--as", "HELP_DESK", "--variables", "[]"), "--variables takes a JSON object"),
    ],
)
def test_what_does_not_fit_is_refused(document: str, options: tuple[str, ...], said: str) -> None:
    done = hub("explain", document, *options)
    assert done.returncode == 2
    assert said in done.stderr


def test_the_layout_of_sql_changes_only_its_spaces() -> None:
    sql = "SELECT a, f(b ORDER BY c) FROM t WHERE x = 'it''s (1)' AND EXISTS (SELECT 1 FROM \"U v\") LIMIT 4"
    shown = laid_out(sql)
    assert "".join(shown.split()) == "".join(sql.split())
    assert shown.splitlines()[:2] == ["SELECT a, f(b ORDER BY c)", "FROM t"]
