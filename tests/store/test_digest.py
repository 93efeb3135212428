import numpy as np

from picasso_tb.store.digest import digest_of_arrays, digest_of_json


def test_arrays_differ_by_type_shape_value_and_number() -> None:
    zeros = np.zeros(4, np.float32)
    different = [
        [zeros],
        [zeros, zeros],
        [zeros.reshape(2, 2)],
        [zeros.view(np.int32)],
        [np.append(zeros[1:], np.float32(1))],
        [zeros[:2], zeros[2:]],
        [zeros[:0]],
        [],
    ]
    assert len({digest_of_arrays(arrays) for arrays in different}) == len(different)


def test_layout_in_memory_does_not_matter() -> None:
    array = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert digest_of_arrays([array]) == digest_of_arrays([np.asfortranarray(array)])
    assert digest_of_arrays([array[:, ::2]]) == digest_of_arrays([array[:, ::2].copy()])


def test_order_of_keys_does_not_matter() -> None:
    assert digest_of_json({"a": 1, "b": [1, 2]}) == digest_of_json({"b": [1, 2], "a": 1})
    assert digest_of_json({"a": 1, "b": [1, 2]}) != digest_of_json({"a": 1, "b": [2, 1]})
