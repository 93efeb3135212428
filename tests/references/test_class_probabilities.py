"""Class probabilities against torch's softmax and sigmoid."""

from tests.references.comparing import assert_same, ours
from tests.references.networks import Pair, as_torch, images


def test_probabilities_are_those_of_the_head(pair: Pair) -> None:
    expected = pair.head(pair.torch(as_torch(images()))).detach().numpy()
    found = ours(pair, "class_probabilities")
    assert_same(found.probabilities, expected)
    assert_same(found.arrays["probabilities"], expected)
