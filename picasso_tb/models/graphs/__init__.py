"""Classifiers as TensorFlow graphs: read as data, made flat, checked, and only then built.

`inlining` makes one flat graph of a graph and its functions, `variables` turns variables into weights that
are fed, `folding` settles what is settled before a picture comes, `safety` holds what a graph may contain,
`logits` finds what the outputs passed through last, `text` keeps it all as an architecture.
"""
