"""The headers that every answer carries."""

from __future__ import annotations

from workflow_app.security.headers import security_headers


def test_no_inline_script_or_style_and_no_frame() -> None:
    policy = security_headers(secure=False)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert policy.startswith("default-src 'none'")


def test_types_are_not_guessed_and_referrers_stay_home() -> None:
    headers = security_headers(secure=False)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_https_is_insisted_on_only_where_it_is_served() -> None:
    assert "Strict-Transport-Security" not in security_headers(secure=False)
    assert security_headers(secure=True)["Strict-Transport-Security"].startswith("max-age=31536000")
