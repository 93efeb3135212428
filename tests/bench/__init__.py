"""Measurements: what is made of them."""
