"""The MkDocs theme: templates, styles, fonts. Data only."""
