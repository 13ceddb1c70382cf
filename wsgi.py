"""The entry point for WSGI servers in a checkout: ``gunicorn wsgi:app``."""

from workflow_app.wsgi import app

__all__ = ["app"]
