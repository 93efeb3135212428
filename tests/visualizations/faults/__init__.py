"""Faults to plant, a family of methods a file: `FAULTS` lists what goes wrong, file, text and replacement."""
