"""The security headers of every answer. No inline script or style, so that a stored script has nowhere to run."""

from __future__ import annotations

from collections.abc import Mapping

_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def content_security_policy() -> str:
    """The policy for pages: only what this server itself sends, in no frame."""
    return "; ".join(f"{directive} {sources}" for directive, sources in _POLICY.items())


def security_headers(*, secure: bool) -> dict[str, str]:
    """Headers for every answer; ``secure`` says that the product is served over HTTPS and may insist on it."""
    headers = {
        "Content-Security-Policy": content_security_policy(),
        "X-Content-Type-Options": "nosniff",
        # Not "no-referrer": over HTTPS the form protection compares the referrer with our own address.
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
