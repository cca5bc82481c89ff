"""Training: from labelled sequences to a recurrent network, without seeing a specification."""
