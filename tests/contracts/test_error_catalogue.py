"""The catalogue of error codes and the code base say the same: nothing raised unlisted, nothing listed unused.

And each code is seen by some test of the suite: its name stands in one, or the reason why it cannot stands here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub.errors
from hub.errors import Code

ROOT = Path(hub.errors.__file__).parents[1]
PACKAGES = ("hub", "permissions", "resolvers", "schema")


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def _takes_codes_from_the_catalogue(module: ast.Module) -> bool:
    """Intake's findings have codes of their own, in an enum of the same name."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "hub.errors"
        and any(name.name == "Code" and name.asname is None for name in node.names)
        for node in ast.walk(module)
    )


def _used() -> dict[str, list[str]]:
    """Each `Code.X` of the code base, with the files that say it."""
    found: dict[str, list[str]] = {}
    for path, module in _modules():
        if not _takes_codes_from_the_catalogue(module):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Code":
                found.setdefault(node.attr, []).append(str(path.relative_to(ROOT)))
    return found


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    unlisted = {name: files for name, files in _used().items() if name not in Code.__members__}
    assert unlisted == {}


def test_every_code_in_the_catalogue_is_used() -> None:
    assert set(Code.__members__) - set(_used()) == set()


def test_every_refusal_names_its_code_from_the_catalogue() -> None:
    """A code made from a text elsewhere could be one that nobody has read."""
    for path, module in _modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "HubError":
                first = node.args[0]
                assert not isinstance(first, ast.Constant), f"{path}:{node.lineno}"


@pytest.mark.parametrize("code", list(Code))
def test_every_code_is_described_in_a_sentence_and_spelled_as_it_is_named(code: Code) -> None:
    assert code.name == code.value
    assert code.description[0].isupper()
    assert code.description.endswith(".")
    assert list(Code).count(code) == 1


def test_no_two_codes_are_described_alike() -> None:
    assert len({code.description for code in Code}) == len(Code)


def _texts_in_tests() -> set[str]:
    """Every text constant, and every `Code.X`, of the tests but this one."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Code":
                found.add(node.attr)
    return found


def test_every_code_is_provoked_by_a_test() -> None:
    assert {code.name for code in Code} - _texts_in_tests() == set()
