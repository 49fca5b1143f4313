#!/bin/sh
# Installs Inglenook for one person, without root: ./install.sh [--prefix FOLDER]
# An older one is replaced; chats, settings and models stay where they are.
set -eu

prefix="$HOME/.local"
if [ "${1:-}" = "--prefix" ] && [ -n "${2:-}" ]; then
    prefix=$2
elif [ $# -gt 0 ]; then
    echo "usage: ./install.sh [--prefix FOLDER]" >&2
    exit 2
fi
case $prefix in
    /*) ;;
    *) prefix=$PWD/$prefix ;;
esac
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
program=$prefix/lib/inglenook
made=""

# Remembers which folders were not there before, the outermost first, for uninstall.sh.
folder() {
    if [ ! -d "$1" ]; then
        folder "$(dirname -- "$1")"
        mkdir -- "$1"
        made="$made$1
"
    fi
}

if [ -f "$program/installed-folders" ]; then
    made=$(cat -- "$program/installed-folders")
    made="$made
"
fi
folder "$prefix/lib"
folder "$prefix/bin"
# The new one is there whole before the old one goes.
rm -rf -- "$program.new" "$program.old"
cp -R -- "$here/inglenook" "$program.new"
cp -- "$here/uninstall.sh" "$program.new/uninstall.sh"
if ! told=$("$program.new/inglenook" --version 2>&1); then
    rm -rf -- "$program.new"
    printf '%s' "$made" | sort -r | while IFS= read -r empty; do
        rmdir -- "$empty" 2> /dev/null || true
    done
    echo "Inglenook does not run on this system, and nothing was changed: $told" >&2
    exit 1
fi
if [ -d "$program" ]; then
    mv -- "$program" "$program.old"
fi
mv -- "$program.new" "$program"
rm -rf -- "$program.old"
ln -sf -- "$program/inglenook" "$prefix/bin/inglenook"

: > "$program/installed-files"
cd -- "$here/share"
find . -type f | while IFS= read -r file; do
    echo "$prefix/share/${file#./}"
done > "$program/installed-files"
while IFS= read -r file; do
    folder "$(dirname -- "$file")"
    cp -- "./${file#"$prefix/share/"}" "$file"
done < "$program/installed-files"
# A menu may not have the folder of programs in its path.
entry=$prefix/share/applications/inglenook.desktop
escaped=$(printf '%s' "$prefix/bin/inglenook" | sed 's/[&|\\]/\\&/g')
sed "s|^Exec=inglenook|Exec=\"$escaped\"|" "$entry" > "$entry.new"
mv -- "$entry.new" "$entry"
printf '%s' "$made" > "$program/installed-folders"
sh "$program/uninstall.sh" --tell-desktop "$prefix"

echo "Inglenook is installed in $program."
echo "Start it from the menu or with $prefix/bin/inglenook; remove it with $program/uninstall.sh."
