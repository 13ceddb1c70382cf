"""The bench: what the product costs, beside its neighbours, in one run on one machine. ``make bench``."""
