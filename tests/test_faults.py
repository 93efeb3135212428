"""What was wrong with some values is said by its place, in our own words."""

from typing import Literal

import pydantic
import pytest

from picasso_tb.api.schemas import MapsRequest
from picasso_tb.errors import InvalidArgument
from picasso_tb.faults import first_fault


class Part(pydantic.BaseModel, extra="forbid"):
    size: int = 1


class Whole(pydantic.BaseModel, extra="forbid"):
    name: str
    kind: Literal["a", "b"] = "a"
    part: Part | None = None
    parts: list[Part] = []
    checked: int = 1
    refusing: int = 1

    @pydantic.field_validator("checked")
    @classmethod
    def _is_odd(cls, number: int) -> int:
        if number % 2 == 0:
            raise ValueError("Expected an odd number")
        return number

    @pydantic.field_validator("refusing")
    @classmethod
    def _is_small(cls, number: int) -> int:
        if number > 1:
            raise InvalidArgument(f"thing.depth: Expected 1 at most. Received: {number}", "thing")
        return number


def fault_of(kind, values):
    with pytest.raises(pydantic.ValidationError) as refused:
        kind.model_validate(values)
    return first_fault(refused.value, kind)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "name: Expected a value. Received: none"),
        ({"name": 3}, "name: Expected a valid string. Received: 3"),
        ({"kind": "c"}, "kind: Expected 'a' or 'b'. Received: 'c'"),
        ({"part": {"sizes": 2}}, "part.sizes: Expected one of size. Received: 'sizes'"),
        ({"parts": [{"sizes": 2}]}, "parts.0.sizes: Expected no such key. Received: 'sizes'"),
        ({"checked": 2}, "checked: Expected an odd number. Received: 2"),
        ({"refusing": 2}, "refusing.depth: Expected 1 at most. Received: 2"),
        ("text", "the whole: Expected a valid dictionary or instance of Whole. Received: 'text'"),
    ],
)
def test_a_fault_is_named_by_its_place(values, said):
    whole = {"name": "x", **values} if values and isinstance(values, dict) else values
    assert fault_of(Whole, whole).at("the whole") == said


def test_a_key_of_one_of_several_kinds_is_refused_without_guessing():
    asked = {"run": "r", "checkpoint": "c", "probes": ["p"], "visualization": "v"}
    key, words = fault_of(MapsRequest, asked | {"targets": {"kind": "top", "oops": 1}})
    assert (key, words) == ("targets.top.oops", "Expected no such key. Received: 'oops'")
    assert fault_of(MapsRequest, asked | {"step": 1}).words.startswith("Expected one of run, checkpoint,")
