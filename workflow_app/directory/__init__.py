"""Bureaus, organisations, people and the positions they hold; who may do what."""
