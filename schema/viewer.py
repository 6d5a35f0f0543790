"""The viewer, and signing in and out."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from hub.accounts.complete_sign_in import Answer
from hub.accounts.open_session import SignedIn
from hub.accounts.sign_in import Challenged
from hub.accounts.sign_out import sign_out
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer as Who
from permissions.declare import argument, guarded, public
from permissions.grants import Grant
from permissions.roles import purposes_for
from resolvers.context import Context
from resolvers.sources.audit_event import OWN_LOG
from resolvers.sources.notification import UNREAD
from schema.audit_event import AuditEvent, AuditEventFilter
from schema.base import PAGE_ARGUMENTS, Connection
from schema.notification import NotificationPreferences, resolve_preferences
from schema.payload import PAYLOAD, MutationError, errors_field, refused
from schema.second_factor import CompleteSignInInput, SecondFactor, SignInChallenge, resolve_second_factor
from schema.service_token import ServiceToken, resolve_own
from schema.session import Session, resolve_sessions

_OWN = "A viewer may know what it is."


def _can(root: Viewer, grant: Annotated[str, strawberry.argument(description="The grant.")]) -> bool:
    return grant in root.grants


@strawberry.type(description="Whoever asks.")
class Viewer:
    user_id: str | None = public(_OWN, None, "The id one signs in with.")
    name: str | None = public(_OWN, None, "The person's name.")
    email: str | None = public(_OWN, None, "The person's e-mail address.")
    state: str | None = public(_OWN, None, "Code of the account's state; null: the federal office (OME).")
    region: str | None = public(_OWN, None, "The region within the state, if any.")
    district_id: str | None = public(_OWN, None, "The district within the state, if any.")
    roles: list[str] = public(_OWN, None, "The roles of the account.")
    grants: list[str] = public(
        _OWN, None, "Every grant that the roles hold; by a service token, what it was given of them."
    )
    can: bool = public(_OWN, None, "Whether the roles hold a grant, such as student:read.", resolver=_can)
    purposes: list[str] = public(_OWN, None, "The purposes X-Hub-Purpose may name; the first is the default.")
    gate: str | None = public(_OWN, None, "The step that must be done before anything else is open, if one must.")
    sessions: list[Session] | None = guarded(
        Grant.ACCOUNT_SELF, description="The sessions that go on, the newest first.", resolver=resolve_sessions
    )
    service_tokens: list[ServiceToken] | None = guarded(
        Grant.ACCOUNT_SELF,
        description="The viewer's service tokens, those that are not revoked first, then the newest.",
        resolver=resolve_own,
    )
    second_factor: SecondFactor | None = public(
        _OWN, None, "The second factors of the own account.", resolver=resolve_second_factor
    )
    unread_notifications: int | None = guarded(
        Grant.ACCOUNT_SELF, UNREAD, "How many notifications the viewer has not read.", default=None
    )
    notification_preferences: NotificationPreferences | None = guarded(
        Grant.ACCOUNT_SELF, description="How the viewer is told by mail.", resolver=resolve_preferences
    )
    access_log: Connection[AuditEvent] | None = guarded(
        Grant.AUDIT_SELF,
        OWN_LOG,
        "What the audit trail holds of the viewer's own account, the newest first.",
        (argument("filter", AuditEventFilter | None, "Which events; all unless said."), *PAGE_ARGUMENTS),
        default=None,
    )


def viewer_of(who: Who) -> Viewer:
    """The viewer as it sees itself."""
    return Viewer(
        user_id=who.user_id,
        name=who.name,
        email=who.email,
        state=who.state,
        region=who.region,
        district_id=who.district_id,
        roles=list(who.roles),
        grants=sorted(who.grants),
        purposes=[purpose.value for purpose in purposes_for(who)],
        gate=who.gate,
    )


@strawberry.input(description="Who signs in.")
class SignInInput:
    user_id: str = public("Nobody is signed in yet.", None, "The user id.")
    password: str = public("Nobody is signed in yet.", None, "The password.")


@strawberry.type(description="A new session, or why there is none.")
class SignInPayload:
    token: str | None = public(PAYLOAD, None, "Goes into the header `Authorization: Bearer`; shown only here.")
    expires_at: datetime.datetime | None = public(PAYLOAD, None, "When the session ends at the latest.")
    viewer: Viewer | None = public(PAYLOAD, None, "Who signed in.")
    challenge: SignInChallenge | None = public(
        PAYLOAD, None, "What a second factor must answer first; then there is no token yet."
    )
    errors: list[MutationError] = errors_field()


@strawberry.type(description="The end of a session.")
class SignOutPayload:
    errors: list[MutationError] = errors_field()


def resolve_viewer(info: Info[Context, None]) -> Viewer | None:
    """Whoever asks; null for nobody."""
    who = info.context.viewer
    return viewer_of(who) if who.signed_in else None


async def resolve_sign_in(
    info: Info[Context, None],
    input: Annotated[SignInInput, strawberry.argument(description="Who signs in.")],
) -> SignInPayload:
    """Open a session. The same refusal, after the same work, whatever was wrong."""
    outcome = await info.context.services.sign_in(
        input.user_id, input.password, address=info.context.viewer.address, user_agent=info.context.user_agent
    )
    return _payload(outcome)


async def resolve_complete_sign_in(
    info: Info[Context, None],
    input: Annotated[CompleteSignInInput, strawberry.argument(description="The answer to the challenge.")],
) -> SignInPayload:
    """Open the session that waits for a second factor."""
    answer = Answer(totp=input.totp, recovery_code=input.recovery_code, passkey=input.passkey)
    return _payload(
        await info.context.services.complete_sign_in(
            input.challenge, answer, address=info.context.viewer.address, user_agent=info.context.user_agent
        )
    )


def _payload(outcome: SignedIn | Challenged | Refusal) -> SignInPayload:
    empty: dict[str, Any] = {"token": None, "expires_at": None, "viewer": None, "challenge": None, "errors": []}
    if isinstance(outcome, Refusal):
        return SignInPayload(**{**empty, "errors": [refused(outcome)]})
    if isinstance(outcome, Challenged):
        challenge = SignInChallenge(
            id=outcome.token,
            expires_at=outcome.expires_at,
            methods=list(outcome.methods),
            passkey_options=outcome.passkey_options,
        )
        return SignInPayload(**{**empty, "challenge": challenge})
    opened = {"token": outcome.token, "expires_at": outcome.expires_at, "viewer": viewer_of(outcome.viewer)}
    return SignInPayload(**{**empty, **opened})


async def resolve_sign_out(info: Info[Context, None]) -> SignOutPayload:
    """End the session whose token was sent."""
    if await sign_out(info.context.services.sessions, info.context.viewer):
        return SignOutPayload(errors=[])
    return SignOutPayload(errors=[refused(Refusal(RefusalCode.NOT_SIGNED_IN))])
