"""Pictures that people bring: kept, shown, deleted, and refused in words."""

import contextlib
import io
import zlib

import numpy as np
import PIL.Image
import pytest

from picasso_tb.api.schemas import Limits
from picasso_tb.api.uploads import keep_upload
from picasso_tb.errors import PicassoError
from tests.api.test_http import MULTIPART, RUN, computed, npy, question
from tests.running import TensorBoard


def form(content: bytes, name: str = "file", filename: str = "my cat.png", **fields: str) -> bytes:
    heads = [f'form-data; name="{field}"\r\n\r\n{text}\r\n' for field, text in fields.items()]
    heads.append(f'form-data; name="{name}"; filename="{filename}"\r\n\r\n')
    head = "".join(f"--limit\r\nContent-Disposition: {one}" for one in heads)
    return head.encode() + content + b"\r\n--limit--\r\n"


def picture_file(size=(30, 20), file_format="PNG", mode="RGB", **options) -> bytes:
    content = io.BytesIO()
    PIL.Image.new(mode, size, "red").save(content, file_format, **options)
    return content.getvalue()


def upload(tensorboard: TensorBoard, content: bytes, **names):
    return tensorboard.ask("api/probes", content=form(content, **names), headers={"Content-Type": MULTIPART})


def test_an_upload_becomes_a_probe_of_the_run_until_it_is_deleted(small_tensorboard):
    probe = upload(small_tensorboard, picture_file((30, 20), "JPEG", quality=95)).json
    assert (probe["name"], probe["width"], probe["height"], probe["uploaded"]) == ("my cat.png", 30, 20, True)
    [entry] = computed(small_tensorboard, probes=[probe["id"]], targets={"kind": "top", "count": 1})
    assert npy(small_tensorboard, entry["key"]).shape == (12, 20)
    [failed] = small_tensorboard.ask(
        "api/maps", question(small_tensorboard, probes=[probe["id"]], targets={"kind": "true"})
    ).json["maps"]
    assert failed["state"] == "failed" and "label" in failed["error"]["message"]
    assert small_tensorboard.ask(f"api/probes/{probe['id']}", method="DELETE").status == 200
    assert probe["id"] not in [one["id"] for one in small_tensorboard.run_index(RUN)[1]]


def test_an_upload_is_turned_upright_and_flattened(small_tensorboard):
    exif = PIL.Image.Exif()
    exif[0x0112] = 6  # orientation: turned by 90 degrees
    turned = upload(small_tensorboard, picture_file((30, 20), "JPEG", exif=exif)).json
    assert (turned["width"], turned["height"]) == (20, 30)
    transparent = io.BytesIO()
    PIL.Image.new("RGBA", (5, 4), (0, 0, 0, 0)).save(transparent, "PNG")
    flat = upload(small_tensorboard, transparent.getvalue()).json
    shown = small_tensorboard.ask(f"api/probes/{flat['id']}/image").content
    assert np.asarray(PIL.Image.open(io.BytesIO(shown))).min() == 255
    for one in (turned, flat):
        small_tensorboard.ask(f"api/probes/{one['id']}", method="DELETE")


def test_an_upload_of_16_bits_is_scaled(small_tensorboard):
    content = io.BytesIO()
    PIL.Image.fromarray(np.linspace(0, 65535, 48).astype(np.uint16).reshape(6, 8)).save(content, "PNG")
    probe = upload(small_tensorboard, content.getvalue()).json
    shown = small_tensorboard.ask(f"api/probes/{probe['id']}/image").content
    expected = np.linspace(0, 65535, 48).astype(int).reshape(6, 8) // 256
    assert np.array_equal(np.asarray(PIL.Image.open(io.BytesIO(shown))), expected)
    small_tensorboard.ask(f"api/probes/{probe['id']}", method="DELETE")


def test_a_region_is_kept_as_a_mask_until_the_picture_comes_again_with_another(small_tensorboard):
    first = upload(small_tensorboard, picture_file((30, 20)), region="5, 10,8,30").json
    again = upload(small_tensorboard, picture_file((30, 20)), region="0,0,20,1", filename="lawn").json
    assert again["id"] == first["id"] and again["name"] == "lawn"
    assert first["masks"] == again["masks"] == ["region"]
    assert again["mask_versions"] != first["mask_versions"]
    renamed = upload(small_tensorboard, picture_file((30, 20)), filename="moss").json
    assert (renamed["name"], renamed["mask_versions"]) == ("moss", again["mask_versions"])
    assert upload(small_tensorboard, picture_file((30, 20)), region="").json["masks"] == []
    assert small_tensorboard.ask(f"api/probes/{first['id']}", method="DELETE").status == 200


def test_a_region_counts_top_left_bottom_right(small_tensorboard):
    probe = upload(small_tensorboard, picture_file((30, 20)), region="5,10,8,30").json
    shown = small_tensorboard.ask(f"api/probes/{probe['id']}/image?mask=region").content
    rows, columns = np.nonzero(np.asarray(PIL.Image.open(io.BytesIO(shown))))
    assert (rows.min(), columns.min(), rows.max(), columns.max()) == (5, 10, 7, 29)
    small_tensorboard.ask(f"api/probes/{probe['id']}", method="DELETE")


@pytest.mark.parametrize(
    "region", ["0,0,21,5", "0,0,5,31", "5,0,5,9", "-1,0,5,9", "1,2,3", "a,b,c,d", "9" * 60]
)
def test_a_region_outside_the_picture_is_refused_in_words(small_tensorboard, region):
    answer = upload(small_tensorboard, picture_file((30, 20)), region=region)
    assert answer.status == 400 and answer.json["error"]["field"] == "region"
    assert "20 x 30" in answer.json["error"]["message"]


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_no_damaged_picture_is_an_error_of_ours(file_format):
    whole = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    PIL.Image.fromarray(noise).save(whole, file_format, exif=PIL.Image.Exif())
    generator = np.random.default_rng(1)
    limits = Limits(passes=1, probes=1, upload_bytes=10**6, upload_pixels=10**6)
    for _ in range(300):
        damaged = bytearray(whole.getvalue())
        for place in generator.integers(0, len(damaged), 5):
            damaged[place] = generator.integers(0, 256)
        with contextlib.suppress(PicassoError):
            keep_upload([], bytes(damaged), "x", limits)


def test_what_was_logged_cannot_be_deleted(small_tensorboard):
    _, probes = small_tensorboard.run_index(RUN)
    assert small_tensorboard.ask(f"api/probes/{probes[0]['id']}", method="DELETE").status == 404
    assert small_tensorboard.run_index(RUN)[1][0] == probes[0]


def bomb() -> bytes:
    """A PNG of a few bytes that claims 65,000 x 65,000 pixels."""
    whole = picture_file((1, 1))
    header = b"IHDR" + (65000).to_bytes(4, "big") * 2 + whole[24:29]
    return whole[:12] + header + zlib.crc32(header).to_bytes(4, "big") + whole[33:]


BAD_UPLOADS = {
    "no picture": (b"hello", 400),
    "empty": (b"", 400),
    "truncated": (picture_file((200, 200), mode="RGB")[:60], 400),
    "too many pixels": (bomb(), 413),
    "too many bytes": (b"\x89PNG" + bytes(21 * 2**20), 413),
    "a format that runs code elsewhere": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 400),
}


@pytest.mark.parametrize("name", BAD_UPLOADS)
def test_a_bad_upload_is_refused_in_words(small_tensorboard, name):
    content, status = BAD_UPLOADS[name]
    answer = upload(small_tensorboard, content)
    assert answer.status == status and "Expected" in answer.json["error"]["message"]
