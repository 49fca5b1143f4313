"""What the processes hold that this one has started: it is given back before a model loads."""

import psutil


def held_by_children_bytes() -> int:
    """Return the memory that ends with this process's children; some milliseconds.

    Pages of mapped files count as available already and are left out where the system tells
    them apart.
    """
    total = 0
    try:
        children = psutil.Process().children()
    except psutil.Error:
        return 0
    for child in children:
        try:
            info = child.memory_info()
        except psutil.Error:  # it has just ended
            continue
        # Windows tells what is private; Linux what is shared with files; macOS neither.
        private = getattr(info, "private", info.rss - getattr(info, "shared", 0))
        total += max(0, int(private))
    return total
