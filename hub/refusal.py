"""What a change may expect to be refused for: data in the payload's `errors`, not an error of the request.

Codes are stable: state tools branch on them. Messages say what was expected and quote nothing that was sent.
"""

from __future__ import annotations

from hub.described import Described


class RefusalCode(Described):
    """Every code that `MutationError.code` may hold, with its meaning."""

    INVALID_CREDENTIALS = (
        "INVALID_CREDENTIALS",
        "The user id or the password is wrong, or the account may not sign in.",
    )
    INVALID_CODE = "INVALID_CODE", "The code is wrong, used, replaced or expired, or the account is closed."
    INVALID_CHALLENGE = "INVALID_CHALLENGE", "The challenge is unknown, used or expired, or the answer is not to it."
    NO_SECRET_KEY = "NO_SECRET_KEY", "The hub has no key to keep secrets with; an operator sets HUB_SECRET_KEY."
    TOO_MANY_TRIES = "TOO_MANY_TRIES", "Too many tries came from this network address; try again later."
    PASSWORD_REUSED = "PASSWORD_REUSED", "The password was used lately."
    OWN_ACCOUNT = "OWN_ACCOUNT", "Nobody does this to the own account."
    NOT_ACTIVE = "NOT_ACTIVE", "The account is disabled or deactivated."
    UNREACHABLE = "UNREACHABLE", "No mail can be sent to the account's e-mail address; correct it first."
    NOT_SIGNED_IN = "NOT_SIGNED_IN", "There is no session to end."
    INVALID_INPUT = "INVALID_INPUT", "A value of the input is not what the field takes; `field` names it."
    NOT_FOUND = "NOT_FOUND", "There is no such object, or it is out of the viewer's reach."
    CONFLICT = "CONFLICT", "The object changed since the version that was expected; read it again."
    GRANT_NOT_HELD = "GRANT_NOT_HELD", "A grant was asked for that is not the account's to give to a token."
    NAME_TAKEN = "NAME_TAKEN", "Something of the account's has the name already."
    TOO_MANY = "TOO_MANY", "The account has as many of these as it may have."
    SAME_STUDENT = "SAME_STUDENT", "The students to merge must be different ones, two at least."
    RETIRED_ID = "RETIRED_ID", "The MSIX ID was merged into another; name its survivor."
    UNDER_REVIEW = "UNDER_REVIEW", "A decision about the student is open; wait for it."
    NOT_CONCERNED = "NOT_CONCERNED", "A record of the viewer's own state must be involved."
    NOTHING_STAYS = "NOTHING_STAYS", "A split leaves at least one record with the student, and takes one at least."
    OWN_REQUEST = "OWN_REQUEST", "Nobody decides the own request; somebody else must."
    NOT_OWN_REQUEST = "NOT_OWN_REQUEST", "Only whoever asked may withdraw the request."
    ALREADY_DECIDED = "ALREADY_DECIDED", "The item, request or application was settled before."
    KEPT_APART = (
        "KEPT_APART",
        "Records of the two were decided to be of two children; a merge, which every state concerned validates, can"
        " join them.",
    )
    WRONG_DECISION = "WRONG_DECISION", "Items of this kind are not decided that way."
    MIXED_KINDS = "MIXED_KINDS", "Items that are decided together are of one kind."
    WRONG_WAY = "WRONG_WAY", "An item goes up by escalation only; assigning goes sideways or down."
    OTHER_ADMINISTRATOR = (
        "OTHER_ADMINISTRATOR",
        "Another administrator looks after this account, role or state.",
    )
    TAKEN = "TAKEN", "The user id or e-mail address was given out before, and is never given to another."
    LAST_ADMINISTRATOR = (
        "LAST_ADMINISTRATOR",
        "It is the last active, trained administrator of its state; without one nobody of the state is let in.",
    )
    DEACTIVATED = "DEACTIVATED", "The account is deactivated, for good."
    NOT_DISABLED = "NOT_DISABLED", "The account is not disabled."
    IN_USE = "IN_USE", "The account was used within 90 days, or is not active."
    SENSITIVE_TEXT = (
        "SENSITIVE_TEXT",
        "A free text holds a social security number, a birth date, or a name of the student, its parents or siblings; "
        "`found`, `offset` and `length` say what stands where.",
    )
    NO_CONTACT = "NO_CONTACT", "Nobody of that state can be reached: it keeps no contacts and has no administrator."
    KEY_REUSED = "KEY_REUSED", "The idempotency key was used for another input."


class Refusal(Exception):
    """A change that is refused as a whole. `field` is the path of the input field at fault, in camel case.

    `place` says what was found where in the text of that field: what, offset and length. `also` is what else is wrong.
    """

    def __init__(
        self,
        code: RefusalCode,
        message: str | None = None,
        field: str | None = None,
        place: tuple[str, int, int] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message or code.description
        self.field = field
        self.place = place
        self.also: tuple[Refusal, ...] = ()

    def _facts(self) -> tuple[object, ...]:
        return self.code, self.message, self.field, self.place

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refusal) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self._facts())
