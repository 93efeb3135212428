"""What pydantic finds at fault, in the words of our own errors."""

from typing import NamedTuple, get_args

import pydantic

from picasso_tb.errors import InvalidArgument


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
    first = refused.errors(include_url=False)[0]
    key = ".".join(map(str, first["loc"]))
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
    says = str(own) if own else first["msg"].replace("Input should be", "Expected")
    return Fault(key, says if "Received" in says else f"{says}. Received: {first['input']!r:.80}")


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
