"""Saturating units: affine for each letter, and clamped between bounds."""
