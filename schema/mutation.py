"""The root of every change."""

from __future__ import annotations

import strawberry

from permissions.declare import public
from permissions.grants import Grant as G
from resolvers.mutations import second_factor as factors
from resolvers.mutations.agreement import ACCEPT_RULES, COMPLETE_REFRESHER
from resolvers.mutations.password import CHANGE_PASSWORD, REDEEM_CODE, RESET_PASSWORD
from resolvers.mutations.report import DELETE_SAVED_REPORT, SAVE_REPORT
from resolvers.mutations.service_token import CREATE_SERVICE_TOKEN, REVOKE_SERVICE_TOKEN
from resolvers.mutations.session import END_SESSION
from resolvers.mutations.state_policy import SET_STATE_CALENDAR, SET_STATE_POLICY
from schema import report_changes as reports
from schema import second_factor as factor
from schema.access_changes import AccessMutations
from schema.account_changes import AccountMutations
from schema.dispute_mutations import DisputeMutations
from schema.identity_mutations import IdentityMutations
from schema.notice_mutations import NoticeMutations
from schema.notification_mutations import NotificationMutations
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
from schema.state_calendar import SetStateCalendarInput, SetStateCalendarPayload
from schema.state_policy import SetStatePolicyInput, SetStatePolicyPayload
from schema.viewer import (
    SignInPayload,
    SignOutPayload,
    resolve_complete_sign_in,
    resolve_sign_in,
    resolve_sign_out,
)
from schema.watch_mutations import WatchMutations


@strawberry.type(description="Everything that can be changed.")
class Mutation(
    AccessMutations,
    AccountMutations,
    DisputeMutations,
    IdentityMutations,
    NoticeMutations,
    NotificationMutations,
    WatchMutations,
):
    sign_in: SignInPayload = public(
        "Nobody is signed in before.",
        description="Open a session. Use of the hub is monitored and audited.",
        resolver=resolve_sign_in,
    )
    complete_sign_in: SignInPayload = public(
        "Nobody is signed in before.",
        description="Open the session that waits for a second factor. Wrong answers count as wrong sign-ins.",
        resolver=resolve_complete_sign_in,
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
    set_state_calendar: SetStateCalendarPayload | None = change(
        SET_STATE_CALENDAR,
        SetStateCalendarInput,
        SetStateCalendarPayload,
        "List days on which the viewer's state works, or does not, other than week and holidays say. Clocks that run "
        "are computed anew.",
        G.STATE_SETTINGS,
    )
    set_state_policy: SetStatePolicyPayload | None = change(
        SET_STATE_POLICY,
        SetStatePolicyInput,
        SetStatePolicyPayload,
        "Set a policy of the viewer's state.",
        G.STATE_SETTINGS,
    )
    revoke_service_token: RevokeServiceTokenPayload | None = change(
        REVOKE_SERVICE_TOKEN,
        RevokeServiceTokenInput,
        RevokeServiceTokenPayload,
        "Revoke a token of the viewer's, or of an account that it administers. It is worth nothing at once.",
        G.ACCOUNT_SELF,
    )
    save_report: reports.SaveReportPayload | None = change(
        SAVE_REPORT,
        reports.SaveReportInput,
        reports.SaveReportPayload,
        "Save a report: the question, never an answer.",
        G.REPORT_RUN,
    )
    delete_saved_report: reports.DeleteSavedReportPayload | None = change(
        DELETE_SAVED_REPORT,
        reports.DeleteSavedReportInput,
        reports.DeleteSavedReportPayload,
        "Give up a saved report of one's own.",
        G.REPORT_RUN,
    )
    start_totp: factor.StartTotpPayload | None = change(
        factors.START_TOTP,
        factor.StartTotpInput,
        factor.StartTotpPayload,
        "Begin to add an authenticator app (TOTP) as a second factor.",
        G.ACCOUNT_SELF,
    )
    confirm_totp: factor.ConfirmTotpPayload | None = change(
        factors.CONFIRM_TOTP,
        factor.ConfirmTotpInput,
        factor.ConfirmTotpPayload,
        "Let the authenticator app count, once it shows the right code. The first factor brings recovery codes.",
        G.ACCOUNT_SELF,
    )
    remove_totp: factor.RemoveTotpPayload | None = change(
        factors.REMOVE_TOTP,
        factor.RemoveTotpInput,
        factor.RemoveTotpPayload,
        "Remove the authenticator app.",
        G.ACCOUNT_SELF,
    )
    start_passkey: factor.StartPasskeyPayload | None = change(
        factors.START_PASSKEY,
        factor.StartPasskeyInput,
        factor.StartPasskeyPayload,
        "Begin to add a passkey (WebAuthn) as a second factor.",
        G.ACCOUNT_SELF,
    )
    add_passkey: factor.AddPasskeyPayload | None = change(
        factors.ADD_PASSKEY,
        factor.AddPasskeyInput,
        factor.AddPasskeyPayload,
        "Add the passkey that an authenticator made. The first factor brings recovery codes.",
        G.ACCOUNT_SELF,
    )
    remove_passkey: factor.RemovePasskeyPayload | None = change(
        factors.REMOVE_PASSKEY,
        factor.RemovePasskeyInput,
        factor.RemovePasskeyPayload,
        "Remove a passkey.",
        G.ACCOUNT_SELF,
    )
    reset_second_factor: factor.ResetSecondFactorPayload | None = change(
        factors.RESET_SECOND_FACTOR,
        factor.ResetSecondFactorInput,
        factor.ResetSecondFactorPayload,
        "Remove the second factors of somebody who lost them, and end the sessions.",
        G.ACCOUNT_MANAGE,
    )
