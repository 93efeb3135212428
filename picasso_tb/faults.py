"""What pydantic finds at fault, in the words of our own errors."""

import re
from typing import Any, NamedTuple, get_args

import pydantic

from picasso_tb.errors import InvalidArgument

_A_KIND = re.compile(r"(float|int|str|bool|none)|(list|tuple|dict|literal|function)[\[-].*")


class Fault(NamedTuple):
    """The first thing at fault in some values."""

    key: str  # with dots, down from the whole; empty where the fault is of the whole
    words: str  # what was expected there and what was received

    def at(self, whole: str) -> str:
        """The place and the words, where a fault without a key is called by the name of the whole."""
        return f"{self.key or whole}: {self.words}"


def first_fault(refused: pydantic.ValidationError, kind: type[pydantic.BaseModel]) -> Fault:
    """
    Args:
        kind: that was to be made of the values.
    """
    first, *others = refused.errors(include_url=False)
    key = _key(first)
    if first["type"] == "missing":
        return Fault(key, "Expected a value. Received: none")
    if first["type"] == "extra_forbidden":
        known = ", ".join(_known(kind, first["loc"]))
        expected = f"Expected one of {known}" if known else "Expected no such key"
        return Fault(key, f"{expected}. Received: {first['loc'][-1]!r:.80}")
    own = first.get("ctx", {}).get("error")  # what our own checks say, without a prefix of pydantic's
    if isinstance(own, InvalidArgument):  # of what is inside, which names itself
        inside, _, words = own.message.removeprefix(own.field or "").partition(": ")
        return Fault(key + inside, words)
    says = str(own) if own else _words(first)
    if not own:
        kinds = [_words(one).removeprefix("Expected ") for one in others if _key(one) == key]
        says = " or ".join(dict.fromkeys([says, *kinds]))
    return Fault(key, says if "Received" in says else f"{says}. Received: {first['input']!r:.80}")


def _key(fault: Any) -> str:
    """Where it is, without the kinds of value that pydantic tried there."""
    return ".".join(str(part) for part in fault["loc"] if not _A_KIND.fullmatch(str(part)))


def _words(fault: Any) -> str:
    return str(fault["msg"]).replace("Input should be", "Expected").replace("valid tuple", "valid list")


def _known(kind: type[pydantic.BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys beside the one at a place; none where that lies in a list or is one of several kinds."""
    for part in place[:-1]:
        field = kind.model_fields.get(str(part))
        annotation = field and field.annotation
        inner = [
            one
            for one in (annotation, *get_args(annotation))
            if isinstance(one, type) and issubclass(one, pydantic.BaseModel)
        ]
        if len(inner) != 1:
            return []
        kind = inner[0]
    return list(kind.model_fields)
