"""One room a topic: what it computes, its charts, its sentences."""
