"""The entry point for WSGI servers: ``gunicorn wsgi:app``."""

from workflow_app.config import from_environment
from workflow_app.web import create_app

app = create_app(from_environment())
