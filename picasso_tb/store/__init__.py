"""Plain files in the log directory and the cache.

Payload first, then one small JSON that names it: an item exists when its JSON does.
"""
