"""Drive real projects from plain files: YAML ledgers in git, checked, scheduled and summed up."""

__version__ = "0.1.0"
