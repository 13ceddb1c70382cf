"""Pages: one blueprint per noun; a view parses, calls a service, renders."""
