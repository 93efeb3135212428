"""Loaded classifiers: one protocol, one adapter a file."""
