#!/bin/sh
# Removes Inglenook as install.sh has installed it; chats, settings and models are kept.
set -eu

# The desktop keeps tables of programs and of types of files.
tell_desktop() {
    if [ -d "$1/share/applications" ] && command -v update-desktop-database > /dev/null; then
        update-desktop-database -q "$1/share/applications" || true
    fi
    if [ -d "$1/share/mime/packages" ] && command -v update-mime-database > /dev/null; then
        update-mime-database "$1/share/mime" || true
    fi
}

if [ "${1:-}" = "--tell-desktop" ]; then
    tell_desktop "$2"
    exit 0
fi
program=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=$(dirname -- "$(dirname -- "$program")")
if [ ! -f "$program/installed-files" ]; then
    echo "Inglenook is not installed here: $program" >&2
    exit 1
fi
made=$(sort -r -- "$program/installed-folders")
while IFS= read -r file; do
    rm -f -- "$file"
done < "$program/installed-files"
if [ "$(readlink -- "$prefix/bin/inglenook")" = "$program/inglenook" ]; then
    rm -f -- "$prefix/bin/inglenook"
fi
rm -rf -- "$program"
tell_desktop "$prefix"
# What those tables consist of goes with a folder that was made for them.
printf '%s\n' "$made" | while IFS= read -r folder; do
    case $folder in
        "$prefix/share/mime") [ -d "$folder/packages" ] || rm -rf -- "$folder" ;;
        "$prefix/share/applications") rm -f -- "$folder/mimeinfo.cache" ;;
    esac
    if [ -n "$folder" ]; then
        rmdir -- "$folder" 2> /dev/null || true
    fi
done
echo "Inglenook is removed. Your chats, settings and models are still there."
