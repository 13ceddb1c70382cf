"""Forms as data, compiled to WTForms: fields parse and hold, the rules stay with ``definitions.answers``."""
