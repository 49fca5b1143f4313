"""What the Info.plist of the application says, which PyInstaller writes into the bundle."""

BUNDLE_ID = "org.inglenook.Inglenook"
LEAST_SYSTEM = "13.0"
"""As Qt 6.11 asks for."""


def info(version: str) -> dict[str, object]:
    """Return the entries for a version."""
    return {
        "CFBundleIdentifier": BUNDLE_ID,
        "CFBundleName": "Inglenook",
        "CFBundleDisplayName": "Inglenook",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": ["en", "de", "fr", "es", "zh", "ar"],
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Language model",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",  # whoever was there first stays
                "LSItemContentTypes": ["org.inglenook.gguf"],
            }
        ],
        "UTImportedTypeDeclarations": [  # the format is not ours
            {
                "UTTypeIdentifier": "org.inglenook.gguf",
                "UTTypeDescription": "GGUF language model",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {"public.filename-extension": ["gguf"]},
            }
        ],
        "LSApplicationCategoryType": "public.app-category.productivity",
        "LSMinimumSystemVersion": LEAST_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSSupportsAutomaticGraphicsSwitching": True,
        "NSHumanReadableCopyright": "The Inglenook authors, Apache-2.0",
        # Asked by the system when a chosen file lies there.
        "NSDesktopFolderUsageDescription": "To open the file that you chose.",
        "NSDocumentsFolderUsageDescription": "To open the file that you chose.",
        "NSDownloadsFolderUsageDescription": "To open the file that you chose.",
        "NSRemovableVolumesUsageDescription": "To open the file that you chose.",
    }
