"""Visualizations that users add: found in folders and among entry points, described, loaded and drawn.

A user's code runs in processes of its own or in a worker, never in the server.
"""
