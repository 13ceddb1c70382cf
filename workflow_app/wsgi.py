"""The application object that a WSGI server loads."""

import gc

from flask import Flask

from workflow_app.config import from_environment
from workflow_app.database import Database
from workflow_app.demo.county import PASSWORD, demo_accounts
from workflow_app.records.press import press_of, use
from workflow_app.startup import refuse_unsafe
from workflow_app.web import create_app


def make_app() -> Flask:
    """The application for the settings of the environment; in demo mode it lists the demo accounts."""
    config = from_environment()
    database = Database(config.database_url)
    refuse_unsafe(config, database)
    use(press_of(config))
    app = create_app(config, database=database)
    if config.demo:
        app.config["DEMO_ACCOUNTS"] = [
            (account.username, PASSWORD, account.name, account.place) for account in demo_accounts()
        ]
    return app


app = make_app()
# What is loaded now stays: looking through it for garbage took up to 17 ms in the middle of a request.
gc.freeze()
