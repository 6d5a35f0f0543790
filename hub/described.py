"""Enums whose members say what they mean: `NAME = "VALUE", "What it means."`; a member is its value, a string."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Described(StrEnum):
    """Subclass it with members; each has a `description`."""

    description: str

    def __new__(cls, value: str, description: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member
