"""The MkDocs plugin and theme, and everything that they write: the portal and one page per certificate."""
