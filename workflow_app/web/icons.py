"""Line icons, drawn inline: no icon font, no request."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from markupsafe import Markup

PATHS: Mapping[str, str] = {
    "menu": "M3 5h14M3 10h14M3 15h14",
    "search": "M9 3a6 6 0 1 0 0 12A6 6 0 0 0 9 3zM13.5 13.5L17 17",
    "bell": "M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 17h3",
    "inbox": "M3 11l2.5-6h9L17 11v5H3zM3 11h4l1 2h4l1-2h4",
    "clock": "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6.5V10l2.5 1.5",
    "check": "M4 10.5l4 4 8-9",
    "send": "M3 10l14-6-5 13-3-5z",
    "file": "M5 3h7l3 3v11H5zM12 3v3h3M7.5 10h5M7.5 13h5",
    "book": "M4 4h5a2 2 0 0 1 2 2v11a2 2 0 0 0-2-1H4zM16 4h-3a2 2 0 0 0-2 2M16 4v12h-3a2 2 0 0 0-2 1",
    "building": "M4 17V4h8v13M12 8h4v9M2.5 17h15M7 7.5h2M7 10.5h2M7 13.5h2",
    "shield": "M10 2.5l6 2.5v4.5c0 4-2.5 6.5-6 8-3.5-1.5-6-4-6-8V5zM7.5 10l2 2 3.5-4",
    "plus": "M10 4v12M4 10h12",
    "user": "M10 3.5a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM3.5 17c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5",
    "download": "M4 12v4h12v-4M10 3v9M6.5 8.5L10 12l3.5-3.5",
    "clip": "M13 6l-5.5 5.5a1.8 1.8 0 0 0 2.5 2.5L16 8a3.5 3.5 0 0 0-5-5L5 9a5 5 0 0 0 7 7l4-4",
    "warning": "M10 3l7.5 13.500h-15zM10 8v4M10 14.500v.1",
    "info": "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9v5M10 6.500v.1",
    "lock": "M5 9h10v8H5zM7 9V6.500a3 3 0 0 1 6 0V9",
    "out": "M8 4H4v12h4M12 6.500l3.5 3.5-3.5 3.500M15 10H8",
    "left": "M12 5l-5 5 5 5",
    "right": "M8 5l5 5-5 5",
    "calendar": "M4 4h12v13H4zM4 8h12M8 2v3M12 2v3",
    "globe": "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM3 10h14M10 3c-4.5 4-4.5 10 0 14 4.5-4 4.5-10 0-14z",
}
"""Name -> outline on a 20 by 20 grid."""


def icon(name: str) -> Markup:
    """The icon as inline SVG, hidden from screen readers: the words beside it say what it means."""
    return Markup('<svg class="ico" viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>').format(PATHS[name])


def install(app: Flask) -> None:
    """Make ``icon("bell")`` available in templates."""
    app.jinja_env.globals["icon"] = icon
