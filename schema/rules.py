"""The rules of behavior, and agreeing to them."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from hub.accounts.rules import Language as InLanguage
from hub.accounts.rules import rules_in_force
from hub.tables import LANGUAGES
from permissions.declare import public
from schema.base import described_enum
from schema.payload import INPUT, MutationError, errors_field, key_field

_RULES = "Whoever may apply for access may read the rules first."

Language = described_enum("Language", LANGUAGES, "A language of the hub's texts.")


@strawberry.type(description="The rules of behavior in force, in one language.")
class RulesOfBehavior:
    version: str = public(_RULES, None, "Names the version, by the day it took effect; agreeing names it.")
    language: Language = public(_RULES, None, "The language of the texts.")  # type: ignore[valid-type]
    notice: str = public(_RULES, None, "What a sign-in page states: use is monitored and audited.")
    text: str = public(_RULES, None, "The rules, in Markdown.")
    refresher: str = public(_RULES, None, "The yearly security refresher, in Markdown.")


def resolve_rules(
    language: Annotated[Language, strawberry.argument(description="In which language.")] = Language.EN,  # type: ignore[valid-type]
) -> RulesOfBehavior:
    """The texts in force."""
    member: Any = language
    found = rules_in_force(InLanguage(member.value))
    return RulesOfBehavior(
        version=found.version,
        language=language,
        notice=found.notice,
        text=found.rules,
        refresher=found.refresher,
    )


@strawberry.input(description="Which version was read, and in which language.")
class AgreeInput:
    version: str = public(INPUT, None, "The version that was read; it must be the one in force.")
    language: Language = public(INPUT, None, "The language that it was read in.")  # type: ignore[valid-type]
    idempotency_key: str | None = key_field()


@strawberry.type(description="An agreement to the rules of behavior.")
class AcceptRulesOfBehaviorPayload:
    errors: list[MutationError] = errors_field()


@strawberry.type(description="A security refresher that was completed.")
class CompleteRefresherPayload:
    errors: list[MutationError] = errors_field()
