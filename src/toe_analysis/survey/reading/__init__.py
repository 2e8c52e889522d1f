"""One file in, the answers of a survey out, or one sentence."""
