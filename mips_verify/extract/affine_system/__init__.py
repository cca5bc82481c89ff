"""Systems over the integers that are affine in their state."""
