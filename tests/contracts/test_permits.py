"""Only policies make permits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import hub.permit

ROOT = Path(hub.permit.__file__).parents[1]
PACKAGES = ("hub", "permissions", "resolvers", "schema", "migrations")


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
