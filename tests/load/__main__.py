"""`python -m tests.load`: see run.py; a process of its own pool cannot import this module."""

import sys

from tests.load.run import main

sys.exit(main())
