"""User texts: written in Chinese where they arise, translated where they are shown.

``Text("本校有{classes}个班", classes=12)`` keeps the message id and its values apart, so that a service below the web
layer can say something to a user without knowing the user's language, and an audit row can store it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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

    def render(self, translate: Callable[[str], str]) -> str:
        """The message in the language that ``translate`` turns message ids into."""
        values = {k: v.render(translate) if isinstance(v, Text) else v for k, v in self.args.items()}
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


Label = Mapping[str, str]
"""A label written by content in both languages: ``{"zh": …, "en": …}``."""
