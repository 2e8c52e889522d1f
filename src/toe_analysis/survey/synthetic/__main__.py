"""The command ``python -m toe_analysis.survey.synthetic``: write the bundled export, or a world with an effect."""

import sys

from toe_analysis.survey.synthetic.world import main

if __name__ == "__main__":
    sys.exit(main())
