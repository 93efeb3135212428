"""TensorBoard's two ways to read a log directory, as it starts them itself."""

import argparse
import contextlib
import pathlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from tensorboard import context
from tensorboard.backend.event_processing import data_ingester
from tensorboard.data import server_ingester
from tensorboard.util import grpc_util

CONTEXT = context.RequestContext()


def slow_ingester(logdir: pathlib.Path) -> Any:
    """`--load_fast=false`; reads once when started, again with `_multiplexer.Reload()`."""
    flags = argparse.Namespace(
        logdir=str(logdir),
        logdir_spec="",
        samples_per_plugin={},
        purge_orphaned_data=True,
        max_reload_threads=1,
        reload_multifile=False,
        detect_file_replacement=None,
        reload_interval=0,
        reload_task="blocking",
    )
    ingester = data_ingester.LocalDataIngester(flags)
    ingester.start()
    return ingester


@contextlib.contextmanager
def fast_provider(logdir: pathlib.Path) -> Iterator[Any]:
    """The default: a data server in a process of its own."""
    ingester = server_ingester.SubprocessServerDataIngester(
        server_ingester.get_server_binary(),
        str(logdir),
        reload_interval=1,
        channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
    )
    ingester.start()
    try:
        yield ingester.data_provider
    finally:
        ingester._stdin_handle.close()  # the server ends with it


def picasso_tags(provider: Any, run: str) -> dict[str, Any]:
    return dict(provider.list_tensors(CONTEXT, experiment_id="", plugin_name="picasso").get(run, {}))


def eventually(ask: Callable[[], Any], satisfied: Callable[[Any], bool]) -> Any:
    """The first satisfying answer, or the last one after 20 s."""
    deadline = time.monotonic() + 20
    while not satisfied(answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer
