"""TensorBoard's door to the plugin. An error here would end TensorBoard, so there is next to nothing here."""

import argparse
from typing import Any

from tensorboard.plugins import base_plugin


class PicassoLoader(base_plugin.TBLoader):  # type: ignore[misc]
    """Defines our flags; `load` checks them, since a mistake there is logged and nothing worse."""

    def define_flags(self, parser: argparse.ArgumentParser) -> None:
        group = parser.add_argument_group("Picasso plugin")
        group.add_argument(
            "--picasso_device",
            metavar="DEVICE",
            default="cpu",
            help="Where maps are computed: 'cpu' (default), which leaves the GPU to a training, or 'gpu'.",
        )
        group.add_argument(
            "--picasso_workers",
            metavar="NUM",
            default="1",
            help="Processes that compute maps, at most; they start when needed, end when idle. (default: 1)",
        )
        group.add_argument(
            "--picasso_cache_dir",
            metavar="PATH",
            default="",
            help="Where computed maps are kept. (default: picasso-tb in the user's cache directory)",
        )
        group.add_argument(
            "--picasso_cache_gb",
            metavar="NUM",
            default="2",
            help="Size that the cache is kept to, in gigabytes. (default: 2)",
        )
        group.add_argument(
            "--picasso_results",
            metavar="PATH",
            default="",
            help="Where `picasso-tb compute --results PATH` kept maps; several with commas. What it keeps "
            "beside the runs is found without this.",
        )
        group.add_argument(
            "--picasso_max_passes",
            metavar="NUM",
            default="250000",
            help="Most passes through the network that one request may ask for. (default: 250000)",
        )

        group.add_argument(
            "--picasso_visualizations",
            metavar="DIR",
            default="",
            help="Directory with visualizations of your own, a Python file each; several with commas. "
            "Their code runs with your rights.",
        )
        group.add_argument(
            "--picasso_trust",
            metavar="PACKAGE",
            default="",
            help="Installed package, module or function of yours that models in the log directory may name, "
            "for preprocessing; several with commas. Its code runs with your rights.",
        )

    def load(self, context: base_plugin.TBContext) -> Any:
        from picasso_tb.plugin import PicassoPlugin

        defaults = argparse.ArgumentParser()
        self.define_flags(defaults)
        given = {} if context.flags is None else vars(context.flags)
        return PicassoPlugin(context.logdir, vars(defaults.parse_args([])) | given)
