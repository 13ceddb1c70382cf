"""Pages: one blueprint per noun; a view parses, calls a service, renders.

``create_app`` wires the parts together. Nothing here is global: the settings, the database and the clock arrive as
arguments and are reached through :mod:`workflow_app.web.request`.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import workflow_app.tables  # noqa: F401 - every table is known before the first query
from workflow_app.clock import Clock, system_clock
from workflow_app.config import Config
from workflow_app.content import content_root
from workflow_app.database import Database
from workflow_app.web import (
    admin,
    appraisal_corrections,
    audit,
    auth,
    cases,
    charters,
    corrections,
    desks,
    duties,
    errors,
    home,
    i18n,
    icons,
    inbox,
    incidents,
    invitations,
    invited,
    numbers,
    organisations,
    pairings,
    paper,
    policy,
    records,
    registers,
    request,
    seats,
    security,
    shell,
    tasks,
    teachers,
    uploads,
)

NOUNS = (
    home,
    auth,
    inbox,
    tasks,
    seats,
    invitations,
    invited,
    cases,
    duties,
    uploads,
    pairings,
    registers,
    teachers,
    charters,
    corrections,
    appraisal_corrections,
    records,
    audit,
    policy,
    numbers,
    incidents,
    admin,
    organisations,
    paper,
)
"""Modules that each define a ``blueprint``."""


def create_app(config: Config, *, database: Database | None = None, clock: Clock = system_clock) -> Flask:
    """The web application for these settings, on this database (default: the one the settings name)."""
    app = Flask(__name__, template_folder=str(content_root() / "templates"), static_folder="static")
    if config.trusted_proxies:
        # Behind a reverse proxy the visitor's address and the scheme are in headers that only the proxy may write.
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.url_map.converters["int"] = security.IdConverter
    request.install(app, config, database or Database(config.database_url), clock)
    i18n.install(app)
    security.install(app, secure_cookies=config.secure_cookies, max_file_mb=config.max_file_mb)
    errors.install(app)
    icons.install(app)
    shell.install(app)
    desks.install(app)
    for noun in NOUNS:
        app.register_blueprint(noun.blueprint)
    return app
