"""Training: labelled sequences in, a recurrent network out; blind to specifications."""
