"""The catalogue of refusals and the code base say the same."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub.refusal
from hub.refusal import RefusalCode

ROOT = Path(hub.refusal.__file__).parents[1]
PACKAGES = ("hub", "permissions", "resolvers", "schema")


def _nodes(*folders: str, pattern: str = "*.py") -> Iterator[tuple[Path, ast.AST]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(pattern)):
            for node in ast.walk(ast.parse(path.read_text())):
                yield path, node


def _used() -> set[str]:
    return {
        node.attr
        for _, node in _nodes(*PACKAGES)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "RefusalCode"
    }


def _named_in_tests() -> set[str]:
    """Every text constant, and every `RefusalCode.X`, of the tests but this one."""
    found: set[str] = set()
    for path, node in _nodes("tests", pattern="test_*.py"):
        if path == Path(__file__):
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "RefusalCode":
            found.add(node.attr)
    return found


def test_every_refusal_is_in_the_catalogue_and_every_one_there_is_used() -> None:
    assert _used() == set(RefusalCode.__members__)


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_is_described_in_a_sentence(code: RefusalCode) -> None:
    assert code.name == code.value
    assert code.description[0].isupper()
    assert code.description.endswith(".")


AWAITED = {"WRONG_DECISION", "MIXED_KINDS", "WRONG_WAY"}
"""Codes of the worklist that no test provokes so far."""


def test_every_refusal_is_provoked_by_a_test() -> None:
    assert set(RefusalCode.__members__) - _named_in_tests() <= AWAITED
