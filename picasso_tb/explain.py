"""The parts of an explanation, under one name."""

from picasso_tb.explainer import explain
from picasso_tb.explanation import Explanation, ProbeImage, explain_batch

__all__ = ["Explanation", "ProbeImage", "explain", "explain_batch"]
