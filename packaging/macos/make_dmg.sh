#!/bin/sh
# Makes the disk image of one architecture from a frozen application:
#
#   make_dmg.sh Inglenook.app VERSION ARCHITECTURE FOLDER
#
# It is signed and notarised where there are secrets; see sign.sh.
set -eu
app=$1 version=$2 architecture=$3 target=$4
here=$(dirname "$0")
image="$target/inglenook-$version-macos-$architecture.dmg"

"$here/sign.sh" "$app"

mkdir -p "$target"
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
cp -R "$app" "$room/Inglenook.app"
ln -s /Applications "$room/Applications"
rm -f "$image"
hdiutil create -volname Inglenook -srcfolder "$room" -format UDZO -fs HFS+ -quiet "$image"

if [ -n "${INGLENOOK_MAC_IDENTITY:-}" ]; then
    codesign --force --timestamp --sign "$INGLENOOK_MAC_IDENTITY" "$image"
fi
"$here/sign.sh" --notarise "$image"
echo "$image"
