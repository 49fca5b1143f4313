"""The version that Windows shows in a program's properties, as PyInstaller takes it."""

from PyInstaller.utils.win32.versioninfo import (
    FixedFileInfo,
    StringFileInfo,
    StringStruct,
    StringTable,
    VarFileInfo,
    VarStruct,
    VSVersionInfo,
)

_ENGLISH, _UNICODE = 0x0409, 1200


def version_resource(version: str) -> VSVersionInfo:
    """Return the resource for a version of three numbers."""
    numbers = (*map(int, version.split(".")), 0)
    told = {
        "CompanyName": "The Inglenook authors",
        "FileDescription": "Inglenook",
        "FileVersion": version,
        "InternalName": "inglenook",
        "LegalCopyright": "The Inglenook authors, Apache-2.0",
        "OriginalFilename": "inglenook.exe",
        "ProductName": "Inglenook",
        "ProductVersion": version,
    }
    rows = [StringStruct(name, value) for name, value in told.items()]
    table = StringTable(f"{_ENGLISH:04X}{_UNICODE:04X}", rows)
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            StringFileInfo([table]),
            VarFileInfo([VarStruct("Translation", [_ENGLISH, _UNICODE])]),
        ],
    )
