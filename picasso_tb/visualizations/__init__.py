"""One method a file. Importing this package imports them all, so that each is in the catalogue."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)
