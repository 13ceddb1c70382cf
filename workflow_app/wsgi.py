"""The application object that a WSGI server loads."""

from workflow_app.config import from_environment
from workflow_app.web import create_app

app = create_app(from_environment())
