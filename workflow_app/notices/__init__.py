"""Notices to people: in the application, later by mail and webhook."""
