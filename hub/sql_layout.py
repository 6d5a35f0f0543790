"""Lays SQL out for reading: one clause a line, sub-queries indented. The text says the same as before."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|,|[^\s()'",]+""")
_CLAUSES = frozenset({"WITH", "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION"})
_JOINS = frozenset({"JOIN", "LEFT", "CROSS", "INNER"})
_STEP = "  "


def laid_out(sql: str) -> str:
    """The statement on several lines."""
    words = _TOKEN.findall(sql)
    lines, line = [], ""
    blocks: list[bool] = []  # for each open parenthesis, whether a sub-query stands in it
    before = ""

    def turn(extra: int = 0) -> None:
        nonlocal line
        if line.strip():
            lines.append(line)
        line = _STEP * (sum(blocks) + extra)

    for word, following in zip(words, [*words[1:], ""], strict=True):
        in_clause = not blocks or blocks[-1]
        if word == "(":
            line += _gap(line, before, word) + word
            blocks.append(following in ("SELECT", "WITH"))
        elif word == ")":
            if blocks.pop():
                turn()
            line += word
        else:
            if in_clause and _opens(word, before):
                turn()
            elif in_clause and word == "AND":
                turn(1)
            line += _gap(line, before, word) + word
        before = word
    turn()
    return "\n".join(lines)


def _opens(word: str, before: str) -> bool:
    if word == "FROM":
        return before != "DISTINCT"
    return word in _CLAUSES or (word in _JOINS and before not in _JOINS)


def _gap(line: str, before: str, word: str) -> str:
    """The space before a word; a function's parenthesis stands close to its name."""
    if not line.strip() or before == "(" or word == "," or word.startswith("::"):
        return ""
    if word == "(" and re.fullmatch(r"[a-z_][a-z_0-9]*|ARRAY|CAST|EXISTS", before):
        return ""
    return " "
