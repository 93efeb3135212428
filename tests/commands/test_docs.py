"""The commands of docs/compute.md, as they stand there."""

import pathlib
import re
import shlex

from distributed.cli import dask_scheduler, dask_worker

from picasso_tb.cli import main
from tests.conftest import log_small_run

PAGE = pathlib.Path(__file__).parents[2] / "docs/compute.md"


def test_the_commands_do_what_the_page_says(tmp_path, monkeypatch, computed):
    for run in ("shortcut", "fixed"):
        log_small_run(tmp_path / "logs" / run)
    monkeypatch.chdir(tmp_path)
    chosen = []
    for command in re.findall(r"^```sh\n(.*?)\n```", PAGE.read_text(), re.DOTALL | re.MULTILINE):
        program, what, *arguments = shlex.split(command)
        if program == "dask":
            dask = {"scheduler": dask_scheduler, "worker": dask_worker}[what]
            dask.main.make_context(what, arguments)  # which reads them, and starts nothing
        else:
            computed.clear()
            assert (program, main([what, *arguments])) == ("picasso-tb", 0)
            chosen.append([(batch.run, batch.step, len(batch.keys)) for batch in computed])
    everywhere = [(run, step, 4) for run in ("fixed", "shortcut") for step in (0, 1, 2)]
    assert chosen == [everywhere, [("fixed", 2, 4)], [("fixed", 2, 4), ("shortcut", 2, 4)]]
