"""A process definition: drawing, forms, record templates; loaded, expanded, checked, dry-run, versioned, published."""
