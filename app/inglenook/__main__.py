"""`python -m inglenook`."""

import sys

from inglenook.main import main

sys.exit(main())
