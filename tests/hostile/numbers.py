"""Numbers at the edges of what a database holds as an id: whatever they are sent to, no row has them."""

from __future__ import annotations

from tests.hostile.site import PageForm, Site

EDGES = (2**31, 2**63 - 1, 10**18 - 1, 2**31 - 1, 10**18, 2**63)


def send_edge(site: Site, form: PageForm, edge: int) -> None:
    """Send a form in which every number is one that is no row's: it is refused in words, or leads nowhere."""
    client = site.client(form.person)
    fields = {name: [value for other, value in form.fields if other == name] for name, _ in form.fields}
    data = {name: [str(edge) if value.isdigit() else value for value in values] for name, values in fields.items()}
    answer = client.post(form.action, data={**data, "csrf_token": [site.token(form.person)]})
    site.sign_out_if_lapsed(form.person, answer)
    assert answer.status_code < 500, (form.action, data, answer.text[:2000])
