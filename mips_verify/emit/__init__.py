"""The bundle's files, rendered from the templates."""
