"""The sentences of templates, Python and scripts, and their translations in locale/ (docs/translating.md)."""
