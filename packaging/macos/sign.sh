#!/bin/sh
# Signs an application from the inside out, and has Apple notarise what is given besides.
#
#   sign.sh Inglenook.app            signs it
#   sign.sh --notarise Inglenook.dmg  sends it to Apple, waits, and staples the answer to it
#
# Without secrets it does nothing, and says so:
#   INGLENOOK_MAC_IDENTITY       "Developer ID Application: …", in a keychain that is unlocked
#   INGLENOOK_MAC_NOTARY_PROFILE the name of a profile that notarytool has stored
set -eu
here=$(dirname "$0")

if [ "${1:-}" = "--notarise" ]; then
    if [ -z "${INGLENOOK_MAC_NOTARY_PROFILE:-}" ]; then
        echo "$2 is not notarised: there is no profile."
        exit 0
    fi
    xcrun notarytool submit "$2" --keychain-profile "$INGLENOOK_MAC_NOTARY_PROFILE" --wait
    xcrun stapler staple "$2"
    exit 0
fi

if [ -z "${INGLENOOK_MAC_IDENTITY:-}" ]; then
    echo "$1 is not signed: there is no identity."
    exit 0
fi
# Libraries first: a signature covers those of what lies deeper. --deep is not for that.
find "$1" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) -print | sort -r |
    while IFS= read -r file; do
        if file -b "$file" | grep -q Mach-O; then
            codesign --force --timestamp --options runtime \
                --entitlements "$here/entitlements.plist" \
                --sign "$INGLENOOK_MAC_IDENTITY" "$file"
        fi
    done
codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" \
    --sign "$INGLENOOK_MAC_IDENTITY" "$1"
codesign --verify --strict --verbose=2 "$1"
