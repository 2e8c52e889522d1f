"""From a plan to results: stages, their cache, the engine that executes a notebook, and the runner."""
