"""What pydantic finds at fault, in the words of our own errors."""

import pydantic

from picasso_tb.errors import InvalidArgument


def first_fault(refused: pydantic.ValidationError, kind: type[pydantic.BaseModel]) -> str:
    """Where the first fault is, what was expected there and what was received.

    Args:
        kind: that was to be made of the values.
    """
    first = refused.errors(include_url=False)[0]
    key = ".".join(map(str, first["loc"])) or "input"
    if first["type"] == "extra_forbidden":
        return (
            f"{key}: Expected one of {', '.join(_known(kind, first['loc']))}. Received: {first['loc'][-1]!r}"
        )
    own = first.get("ctx", {}).get("error")  # what our own checks say, without a prefix of pydantic's
    if isinstance(own, InvalidArgument):  # of what is inside, which names itself
        return key + own.message.removeprefix(own.field or "")
    says = str(own) if own else first["msg"].replace("Input should be", "Expected")
    return f"{key}: {says}" if "Received" in says else f"{key}: {says}. Received: {first['input']!r:.80}"


def _known(kind: type[pydantic.BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The keys that there are beside the one at a place."""
    for part in place[:-1]:
        inner = kind.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, pydantic.BaseModel):
            kind = inner
    return list(kind.model_fields)
