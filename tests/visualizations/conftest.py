"""What tests of visualizations are asked about."""

from picasso_tb.conformance.suite import images, model, targets

__all__ = ["images", "model", "targets"]
