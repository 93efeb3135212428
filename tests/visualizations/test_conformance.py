"""The conformance suite on every visualization of the catalogue: a new file is tested by existing."""

from picasso_tb.conformance.suite import *  # noqa: F403
