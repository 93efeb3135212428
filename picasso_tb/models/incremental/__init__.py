"""Exact incremental occlusion: only what a patch can change is computed again.

Incremental view maintenance of a network (Nakandala, Kumar and Papakonstantinou, SIGMOD 2019,
https://doi.org/10.1145/3299869.3319874): the activations of the untouched image are computed once; for each
patch position every layer computes the box that the patch can reach, from patch rows inside it and untouched
rows around it.

`graph` flattens a Keras network, `spread` follows a patch through it as boxes of pixels, `plan` decides what
each layer does, `engine` does it.
"""
