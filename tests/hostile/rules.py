"""Forms by which the bureau's rules are changed, sent by those who may change them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.hostile.site import PageForm


def forms_of_rules(address: Callable[..., str]) -> Iterator[PageForm]:
    """Changes of amounts and numbers, by those who may make them."""
    change = (
        ("key", "experts_min"),
        ("value", "5"),
        ("valid_from", "2027-01-01"),
        ("clause", "依据"),
        ("reason", "理由"),
    )
    yield PageForm("wusiyuan", "/inbox", address("policy.send"), change)
    yield PageForm("wusiyuan", "/inbox", address("policy.take_back"), (("proposal", "1"),))
    for name in ("agree", "refuse"):
        yield PageForm("zhengguodong", "/inbox", address(f"policy.{name}"), (("proposal", "1"), ("remark", "依据不足")))
    series = (("word", "青教体复"), ("year", "2026"), ("number", "500"), ("reason", "理由"))
    yield PageForm("hewen", "/inbox", address("numbers.change"), series)
