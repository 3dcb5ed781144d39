"""Plain values as YAML the way an author would write it; what is read back is the same, sign by sign.

>>> print(to_yaml({"id": "a", "accept": ["510.10", "no: thing"], "key": True}), end="")
id: a
accept:
  - "510.10"
  - "no: thing"
key: true
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-zÀ-ÿ][^\x00-\x1f\x7f-\x9f:#\"{}\[\],&*!|>%@`\u2028\u2029\ufeff]*")
_BARE = re.compile(r"[ -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\U00010000-\U0010ffff\n]+")
_HIDDEN = re.compile(r"[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")
_WORDS = frozenset({"true", "false", "yes", "no", "null", "on", "off", "y", "n"})


def to_yaml(value: Mapping[str, Any]) -> str:
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for name, inner in value.items():
        found += _named(name, inner)
    return found


def _named(name: str, value: Any) -> list[str]:
    if isinstance(value, Mapping) and value:
        return [f"{name}:", *_indented(_lines(value))]
    if isinstance(value, str) and "\n" in value and _is_block(value):
        sign = "|" if value.endswith("\n") else "|-"
        return [f"{name}: {sign}", *("  " + line if line else "" for line in value.rstrip("\n").split("\n"))]
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        if all(isinstance(each, int) for each in value):
            return [f"{name}: [{', '.join(map(str, value))}]"]
        return [f"{name}:", *_indented([line for each in value for line in _entry(each)])]
    return [f"{name}: {_scalar(value)}"]


def _entry(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        first, *rest = _lines(value)
        return [f"- {first}", *_indented(rest)]
    return [f"- {_scalar(value)}"]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _is_block(text: str) -> bool:
    """Whether a literal block says the same: it keeps neither spaces at its start nor several line ends at its end."""
    lines = text.split("\n")
    return (
        bool(_BARE.fullmatch(text))
        and not text.endswith("\n\n")
        and bool(lines[0].strip())
        and not lines[0].startswith(" ")
        and all(line == line.rstrip() for line in lines)
    )


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.strip() == value and value.lower() not in _WORDS
        return value if is_plain else _quoted(value)
    return "[]" if isinstance(value, Sequence) else "{}"


def _quoted(text: str) -> str:
    return _HIDDEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))
