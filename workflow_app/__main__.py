"""``python -m workflow_app`` is the same as ``workflow-app``."""

from workflow_app.cli import main

main()
