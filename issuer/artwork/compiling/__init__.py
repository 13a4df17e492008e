"""A template's artwork is drawn once, in a child process with limits, and kept."""
