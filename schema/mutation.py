"""The root of every change."""

from __future__ import annotations

import strawberry

from permissions.declare import public
from permissions.grants import Grant as G
from resolvers.mutations.agreement import ACCEPT_RULES, COMPLETE_REFRESHER
from resolvers.mutations.password import CHANGE_PASSWORD, REDEEM_CODE, RESET_PASSWORD
from resolvers.mutations.service_token import CREATE_SERVICE_TOKEN, REVOKE_SERVICE_TOKEN
from resolvers.mutations.session import END_SESSION
from schema.identity_mutations import IdentityMutations
from schema.password import (
    ChangePasswordInput,
    ChangePasswordPayload,
    RedeemOneTimeCodeInput,
    RedeemOneTimeCodePayload,
    ResetPasswordInput,
    ResetPasswordPayload,
)
from schema.payload import change
from schema.rules import AcceptRulesOfBehaviorPayload, AgreeInput, CompleteRefresherPayload
from schema.service_token import (
    CreateServiceTokenInput,
    CreateServiceTokenPayload,
    RevokeServiceTokenInput,
    RevokeServiceTokenPayload,
)
from schema.session import EndSessionInput, EndSessionPayload
from schema.viewer import SignInPayload, SignOutPayload, resolve_sign_in, resolve_sign_out


@strawberry.type(description="Everything that can be changed.")
class Mutation(IdentityMutations):
    sign_in: SignInPayload = public(
        "Nobody is signed in before.",
        description="Open a session. Use of the hub is monitored and audited.",
        resolver=resolve_sign_in,
    )
    sign_out: SignOutPayload = public(
        "Whoever holds a session may end it.", description="End the session.", resolver=resolve_sign_out
    )
    reset_password: ResetPasswordPayload | None = change(
        RESET_PASSWORD,
        ResetPasswordInput,
        ResetPasswordPayload,
        "Void an account's password, end its sessions, and mail its owner a one-time code.",
        G.ACCOUNT_MANAGE,
    )
    redeem_one_time_code: RedeemOneTimeCodePayload | None = change(
        REDEEM_CODE,
        RedeemOneTimeCodeInput,
        RedeemOneTimeCodePayload,
        "Choose a password with a one-time code. The same answer, after the same work, whatever was wrong.",
        why="Whoever has no password yet cannot sign in.",
    )
    change_password: ChangePasswordPayload | None = change(
        CHANGE_PASSWORD,
        ChangePasswordInput,
        ChangePasswordPayload,
        "Change the own password; every other session of the account ends.",
        G.ACCOUNT_SELF,
    )
    accept_rules_of_behavior: AcceptRulesOfBehaviorPayload | None = change(
        ACCEPT_RULES,
        AgreeInput,
        AcceptRulesOfBehaviorPayload,
        "Agree to the rules of behavior: once a year, and whenever they change.",
        G.ACCOUNT_SELF,
    )
    complete_refresher: CompleteRefresherPayload | None = change(
        COMPLETE_REFRESHER,
        AgreeInput,
        CompleteRefresherPayload,
        "Complete the security refresher: once a year, and whenever the rules change.",
        G.ACCOUNT_SELF,
    )
    end_session: EndSessionPayload | None = change(
        END_SESSION,
        EndSessionInput,
        EndSessionPayload,
        "End one of the viewer's own sessions, such as that of a device left somewhere.",
        G.ACCOUNT_SELF,
    )
    create_service_token: CreateServiceTokenPayload | None = change(
        CREATE_SERVICE_TOKEN,
        CreateServiceTokenInput,
        CreateServiceTokenPayload,
        "Make a token for a tool that asks in the viewer's name. It is shown once.",
        G.ACCOUNT_SELF,
    )
    revoke_service_token: RevokeServiceTokenPayload | None = change(
        REVOKE_SERVICE_TOKEN,
        RevokeServiceTokenInput,
        RevokeServiceTokenPayload,
        "Revoke a token of the viewer's, or of an account that it administers. It is worth nothing at once.",
        G.ACCOUNT_SELF,
    )
