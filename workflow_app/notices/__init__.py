"""Notices to people: in the application, later by mail and webhook."""

from workflow_app.notices.notices import NoticeLine, latest, mark_read, retire, send, unread_count

__all__ = ["NoticeLine", "latest", "mark_read", "retire", "send", "unread_count"]
