"""What a reader must believe about a network: exact weights, enclosures, and certificates."""
