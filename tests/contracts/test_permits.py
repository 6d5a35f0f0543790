"""Only policies make permits, and every code of a refusal is provoked by a test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub.errors
from hub.refusal import RefusalCode

ROOT = Path(hub.errors.__file__).parents[1]
PACKAGES = ("hub", "permissions", "resolvers", "schema", "migrations")


AWAITED = {"WRONG_DECISION", "MIXED_KINDS", "WRONG_WAY"}
"""Codes of the worklist that no test provokes so far."""


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def _names(node: ast.AST) -> set[str]:
    """What a call calls, and how the name came in: `Permit(…)`, `permit.Permit(…)`, also under another name."""
    if isinstance(node, ast.Name):
        return {node.id}
    return {node.attr} if isinstance(node, ast.Attribute) else set()


def _makers() -> set[str]:
    """The modules that construct a permit, or copy one with something replaced."""
    found: set[str] = set()
    for name, module in _modules():
        known = {"Permit"}
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and node.module == "hub.permit":
                known |= {alias.asname for alias in node.names if alias.asname}
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _names(node.func) & known:
                found.add(name)
            if isinstance(node, ast.Call) and _names(node.func) & {"replace"} and node.args:
                found |= {name} if "permit" in _names(node.args[0]) else set()
    return found


def test_only_policies_make_permits() -> None:
    makers = _makers()
    assert makers
    assert {name for name in makers if not name.startswith("permissions/policies/")} == set()


def _texts_in_tests() -> set[str]:
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.Attribute) and _names(node.value) == {"RefusalCode"}:
                found.add(node.attr)
    return found


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_is_described_and_spelled_as_it_is_named(code: RefusalCode) -> None:
    assert code.name == code.value
    assert code.description[0].isupper() and code.description.endswith(".")


def test_every_refusal_is_used_and_provoked_by_a_test() -> None:
    used = {
        node.attr
        for _, module in _modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and _names(node.value) == {"RefusalCode"}
    }
    assert set(RefusalCode.__members__) - used == set()
    assert set(RefusalCode.__members__) - _texts_in_tests() <= AWAITED
