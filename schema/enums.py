"""Enums that types and filters share."""

from __future__ import annotations

from enum import Enum

import strawberry

from hub.tables import APPLICATION_STATUSES
from permissions.roles import Role as AnyRole
from schema.base import described_enum

Role = described_enum("Role", {role.value: role.description for role in AnyRole}, "What a person's account is for.")


ApplicationStatus = described_enum("ApplicationStatus", APPLICATION_STATUSES, "What became of an application.")


@strawberry.enum(description="Whether an account may sign in.")
class AccountStatus(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="It may.")
    DISABLED = strawberry.enum_value("DISABLED", description="It may not until an administrator reinstates it.")
    DEACTIVATED = strawberry.enum_value("DEACTIVATED", description="It may never again.")


@strawberry.enum(description="What became of an upload.")
class UploadStatus(Enum):
    STAGING = strawberry.enum_value("STAGING", description="Being read and checked.")
    APPLYING = strawberry.enum_value("APPLYING", description="Whole and checked; being stored.")
    ACCEPTED = strawberry.enum_value("ACCEPTED", description="Stored, but for the students it rejected.")
    REFUSED = strawberry.enum_value("REFUSED", description="Refused as a whole; nothing of it was stored.")
    ABANDONED = strawberry.enum_value("ABANDONED", description="Interrupted while it was read; nothing was stored.")


@strawberry.enum(description="How grave a finding is.")
class Severity(Enum):
    FILE = strawberry.enum_value("FILE", description="The whole file was refused.")
    REJECT = strawberry.enum_value("REJECT", description="The student was not stored; what was held before stays.")
    WARN = strawberry.enum_value("WARN", description="The field was stored as null, or as sent.")
    INFO = strawberry.enum_value("INFO", description="Nothing changed.")


@strawberry.enum(description="What a health alert tells the school to ask about.")
class HealthAlertKind(Enum):
    CHRONIC = strawberry.enum_value("CHRONIC", description="A chronic condition.")
    ACUTE = strawberry.enum_value("ACUTE", description="An acute condition.")
    IMMUNIZATION = strawberry.enum_value("IMMUNIZATION", description="No immunization record is held.")
