"""The one catalogue of error codes. Whatever the hub refuses, it refuses with one of these and a sentence.

Codes are stable: clients and state tools branch on them. Messages say what was expected and never quote a value of a
student. A contract test compares this catalogue with the codes that the code raises.
"""

from __future__ import annotations

from typing import Any

from hub.described import Described


class Code(Described):
    """Every code an error of the API or the command line carries, with its meaning."""

    # the request as HTTP
    UNKNOWN_ADDRESS = "UNKNOWN_ADDRESS", "There is nothing at this address."
    METHOD_NOT_ALLOWED = (
        "METHOD_NOT_ALLOWED",
        "The address answers the methods in Allow; /graphql POST, and GET only queries, by tokens with http:get.",
    )
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8."
    BODY_TOO_LARGE = "BODY_TOO_LARGE", "The body is larger than the limit."
    INVALID_UTF8 = "INVALID_UTF8", "The body is not UTF-8."
    INVALID_JSON = "INVALID_JSON", "The body is not JSON, or nests too deep."
    INVALID_REQUEST = "INVALID_REQUEST", "The body is not a GraphQL request object."
    # the document
    SYNTAX_ERROR = "SYNTAX_ERROR", "The document is not GraphQL."
    VALIDATION_ERROR = "VALIDATION_ERROR", "The document breaks a validation rule of GraphQL."
    UNKNOWN_FIELD = "UNKNOWN_FIELD", "The type has no such field, argument or input field."
    WRONG_TYPE = "WRONG_TYPE", "A value is not of the type that the schema asks for."
    INVALID_VARIABLES = "INVALID_VARIABLES", "A variable is missing, unknown or not of its type."
    AMBIGUOUS_OPERATION = "AMBIGUOUS_OPERATION", "The document holds several operations and none was named."
    UNKNOWN_OPERATION = "UNKNOWN_OPERATION", "The document holds no operation of that name."
    TOO_MANY_TOKENS = "TOO_MANY_TOKENS", "The document is longer than the limit."
    TOO_DEEP = "TOO_DEEP", "The selection nests deeper than the limit."
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES", "The operation has more aliases than the limit."
    TOO_COSTLY = "TOO_COSTLY", "The operation may return more values than the limit."
    INTROSPECTION_OFF = "INTROSPECTION_OFF", "The schema is shown to service tokens that hold schema:read only."
    # subscriptions
    WRONG_TRANSPORT = "WRONG_TRANSPORT", "Subscriptions go by a socket, queries and mutations by POST."
    TOO_MANY_SUBSCRIPTIONS = "TOO_MANY_SUBSCRIPTIONS", "The socket has as many subscriptions as the limit."
    SLOW_CONSUMER = "SLOW_CONSUMER", "The socket was closed: what it was to be told was not taken in time."
    RIGHTS_CHANGED = "RIGHTS_CHANGED", "The socket was closed: what the viewer may see has changed; connect again."
    # arguments
    INVALID_CURSOR = "INVALID_CURSOR", "The cursor was not made by this field with this order."
    INVALID_PAGE = "INVALID_PAGE", "The page arguments do not fit together or are out of range."
    INVALID_ARGUMENT = "INVALID_ARGUMENT", "An argument's value is not what the field takes."
    # who asks
    UNAUTHENTICATED = "UNAUTHENTICATED", "The token is unknown, expired or ended."
    TOKEN_IN_URL = "TOKEN_IN_URL", "A token was sent in the address, where everybody keeps it; it goes into a header."
    TWO_CREDENTIALS = "TWO_CREDENTIALS", "A token and a cookie were sent together; one of them is taken."
    CROSS_SITE = "CROSS_SITE", "A cookie counts only from a page of the hub's own, with the header X-Hub-Console: 1."
    PERSON_REQUIRED = "PERSON_REQUIRED", "A service token was sent for what only a person does."
    SSO_OFF = "SSO_OFF", "Single sign-on is not set up."
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS", "This network address has begun too many sign-ins; try again in minutes."
    SSO_FAILED = "SSO_FAILED", "The provider did not vouch for anybody to the browser that began this sign-in."
    SIGN_IN_REFUSED = "SIGN_IN_REFUSED", "Whom the provider vouches for has no account that may sign in."
    FORBIDDEN = "FORBIDDEN", "The viewer's roles do not hold the grant that the field requires."
    UNDER_REVIEW = "UNDER_REVIEW", "A decision about who the student is is open; only those who take it see the record."
    UNKNOWN_PURPOSE = "UNKNOWN_PURPOSE", "The purpose is not one of the viewer's routine uses."
    TRAINING_REQUIRED = "TRAINING_REQUIRED", "Training must be recorded before the account works."
    PASSWORD_CHANGE_REQUIRED = "PASSWORD_CHANGE_REQUIRED", "The password must be changed first."
    SECOND_FACTOR_REQUIRED = "SECOND_FACTOR_REQUIRED", "The roles ask for a second factor; one must be added first."
    RULES_REQUIRED = "RULES_REQUIRED", "The rules of behavior must be agreed to first."
    REFRESHER_REQUIRED = "REFRESHER_REQUIRED", "The security refresher must be completed first."
    NO_SNAPSHOT = "NO_SNAPSHOT", "No snapshot that is kept is of that day or before; reportSnapshots lists them."
    # the hub
    TIMEOUT = "TIMEOUT", "The answer took longer than the limit; ask for less."
    UNAVAILABLE = "UNAVAILABLE", "The database or the audit trail cannot be reached; nothing was answered."
    INTERNAL = "INTERNAL", "A fault of the hub; it is logged under the request's id."
    # the command line and its surroundings
    USAGE = "USAGE", "The command's arguments do not fit."
    DATABASE = "DATABASE", "The database cannot be used as it is."


class HubError(Exception):
    """A refusal: a stable code, a sentence that says what was expected, and facts for machines."""

    def __init__(self, code: Code, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts = facts
