"""Bundles as one HTML page: a table of results, and a section with figures for each bundle."""
