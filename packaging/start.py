"""Where the frozen program begins: a window, a command or a child, by its arguments."""

import multiprocessing
import sys

from inglenook.main import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
