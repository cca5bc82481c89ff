"""Units that saturate: affine for each letter, and kept between bounds."""
