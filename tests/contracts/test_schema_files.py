"""What is printed of the schema is what runs, and the README knows every command."""

import csv
from pathlib import Path
from typing import Any

import pytest
import typer
from graphql import build_schema as parsed

from hub.cli import app
from permissions.matrix import HEADER, PUBLIC, matrix_csv, role_matrix
from permissions.roles import ROLES, Role
from schema.build import build_schema, print_sdl

REPOSITORY = Path(__file__).parents[2]


def committed(name: str) -> str:
    return (REPOSITORY / "schema" / name).read_text(encoding="utf-8")


def test_the_committed_sdl_is_the_schema_that_runs() -> None:
    assert committed("schema.graphql") == print_sdl(), "run `hub schema print` and commit what it writes"


def test_the_committed_matrix_is_what_roles_and_schema_say() -> None:
    assert committed("role_matrix.csv") == matrix_csv(build_schema()), "run `hub schema print` and commit it"


def test_the_sdl_can_be_read_by_other_tools() -> None:
    assert parsed(committed("schema.graphql")).query_type is not None


def test_the_matrix_is_sorted_and_names_each_coordinate_once() -> None:
    coordinates = [row[0] for row in csv.reader(committed("role_matrix.csv").splitlines())][1:]
    assert coordinates == sorted(set(coordinates))


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_a_guarded_field_only_with_its_grant(role: Role) -> None:
    column = HEADER.index(role)
    for row in role_matrix(build_schema()):
        held = row[1] == PUBLIC or row[1] in ROLES[role]
        assert held or row[column] == "", row[0]


def test_roles_without_records_reach_no_field_of_a_student() -> None:
    closed = [HEADER.index(role) for role in (Role.GOVERNMENT_ADMINISTRATOR, Role.HELP_DESK)]
    rows = [row for row in role_matrix(build_schema()) if row[0].startswith(("Student.", "StateRecord."))]
    assert rows
    assert not [row[0] for row in rows for column in closed if row[column]]


def commands(group: Any, name: str) -> list[str]:
    if below := getattr(group, "commands", None):
        return [found for part, command in below.items() for found in commands(command, f"{name} {part}")]
    return [name]


def test_every_command_is_in_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    found = commands(typer.main.get_command(app([])), "hub")
    assert "hub schema print" in found
    assert not [command for command in found if f"`{command}" not in readme]
