"""The mutations of the viewer's notifications."""

from hub.notices.mark_read import MarkRead, mark_read
from hub.notices.preferences import SetPreferences, set_preferences
from permissions.policies.notification import can_mark_read, can_set_preferences
from resolvers.writing import Change

MARK_READ = Change("markRead", MarkRead, can_mark_read, mark_read)
SET_PREFERENCES = Change("setNotificationPreferences", SetPreferences, can_set_preferences, set_preferences)
