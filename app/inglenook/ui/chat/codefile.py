"""Code on its way into a file."""

from PySide6.QtCore import QIODevice, QSaveFile


def write_code(path: str, code: str) -> bool:
    """Write a file in one go, or leave what was there; return whether it worked."""
    file = QSaveFile(path)
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        return False
    whole = code if code.endswith("\n") or not code else code + "\n"
    file.write(whole.encode("utf-8", "replace"))
    return file.commit()
