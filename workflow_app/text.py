"""User texts: written in Chinese where they arise, translated where they are shown.

``Text("本校有{classes}个班", classes=12)`` keeps the message id and its values apart, so that a service below the web
layer can say something to a user without knowing the user's language, and an audit row can store it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, init=False)
class Text:
    """A translatable message: a Chinese message id with named places, and the values for them."""

    msgid: str
    args: Mapping[str, Any] = field(default_factory=dict)

    def __init__(self, msgid: str, /, **args: Any) -> None:
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "args", args)

    def __str__(self) -> str:
        return self.render(lambda msgid: msgid)

    def __hash__(self) -> int:
        return hash((self.msgid, tuple(sorted((k, str(v)) for k, v in self.args.items()))))

    def render(self, translate: Callable[[str], str], value: Callable[[Any], Any] = lambda given: given) -> str:
        """The message in the language that ``translate`` turns message ids into.

        ``value`` is asked how each value that is not itself a text is to be written: a page marks what people typed.
        What ``translate`` returns decides how values are put in: a ``Markup`` escapes them, a plain text does not.
        """
        values = {k: v.render(translate, value) if isinstance(v, Text) else value(v) for k, v in self.args.items()}
        return translate(self.msgid).format(**values)

    def to_json(self) -> dict[str, Any]:
        """A form that JSON can hold; values become text."""
        return {
            "msgid": self.msgid,
            "args": {k: v.to_json() if isinstance(v, Text) else str(v) for k, v in self.args.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Text:
        """The inverse of :meth:`to_json`."""
        return cls(
            stored["msgid"],
            **{k: cls.from_json(v) if isinstance(v, Mapping) else v for k, v in stored["args"].items()},
        )


def bilingual(zh: str, en: str) -> Text:
    """Words that content has in both languages. The English catalogue turns the message id ``{zh}`` into ``{en}``."""
    return Text("{zh}", zh=zh, en=en)


def listed(parts: Sequence[Text | str]) -> Text:
    """Several things as one enumeration, with the sign that the reader's language puts between them."""
    return _joined(parts, lambda before, after: Text("{before}、{after}", before=before, after=after))


def either(parts: Sequence[Text | str]) -> Text:
    """Several things of which one is meant."""
    return _joined(parts, lambda before, after: Text("{before}或{after}", before=before, after=after))


def one_after_another(parts: Sequence[Text | str]) -> Text:
    """Several half sentences as one sentence."""
    return _joined(parts, lambda before, after: Text("{before}；{after}", before=before, after=after))


def in_lines(parts: Sequence[Text | str]) -> Text:
    """Several things below one another, each on a line of its own."""
    return _joined(parts, lambda before, after: Text("{before}\n{after}", before=before, after=after))


def _joined(parts: Sequence[Text | str], join: Callable[[Text, Text], Text]) -> Text:
    texts = [part if isinstance(part, Text) else Text("{value}", value=part) for part in parts]
    joined = texts[0] if texts else Text("—")
    for after in texts[1:]:
        joined = join(joined, after)
    return joined


MONTHS = (
    *(Text("1月"), Text("2月"), Text("3月"), Text("4月"), Text("5月"), Text("6月")),
    *(Text("7月"), Text("8月"), Text("9月"), Text("10月"), Text("11月"), Text("12月")),
)


def day_text(day: date | str) -> Text:
    """A date within a message, also one that is stored as ``2026-04-08``: 2026年4月8日, 8 Apr 2026."""
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return Text("{year}年{month}{day}日", year=on.year, month=MONTHS[on.month - 1], day=on.day)


Label = Mapping[str, str]
"""A label written by content in both languages: ``{"zh": …, "en": …}``."""
