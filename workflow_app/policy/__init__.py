"""Parameters with source and validity; the finding; comparison and rounding rules."""
