"""The rules of behavior and the yearly security refresher: texts by version and language, and which are in force.

A version is named by the day it took effect and its texts never change: whoever agreed, agreed to these words. A new
version is a new set of files and a new `RULES_VERSION`; then everyone agrees, and refreshes, anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

RULES_VERSION = "2023-09-01"
"""The version in force."""


class Language(StrEnum):
    """The languages of the texts."""

    EN = "EN"
    ES = "ES"


@dataclass(frozen=True, slots=True)
class Rules:
    """What one agrees to, in one language, as Markdown. `notice` is what the sign-in page says."""

    version: str
    language: Language
    notice: str
    rules: str
    refresher: str


@cache
def rules_in_force(language: Language) -> Rules:
    """The texts of the version in force."""

    def text(name: str) -> str:
        return files(__name__).joinpath(f"{RULES_VERSION}.{name}.{language.lower()}.md").read_text(encoding="utf-8")

    return Rules(RULES_VERSION, language, text("notice").strip(), text("rules"), text("refresher"))
