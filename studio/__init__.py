"""The drawing scripts of the gallery. `python -m studio` writes templates/*.svg; a test says that they are what the scripts write.

One module is one kind. A kind draws itself for a page, so that A4 and US Letter are the same design and not the same picture stretched.
Not part of the package that is installed: who wants another certificate edits the SVG.
"""
