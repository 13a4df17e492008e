"""The artwork: templates, text, and certificates as SVG, PDF and PNG."""
