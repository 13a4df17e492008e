"""Text to positioned glyphs: pinned fonts, the bidirectional algorithm, HarfBuzz."""
