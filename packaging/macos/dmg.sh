#!/bin/sh
# Makes the disk image from Floorwalker.app: dmg.sh APP FOLDER DMG. FOLDER holds the licences of all that is in it; they lie
# beside it, since what is laid into it once it is made breaks its signature. Signed and notarised where the environment
# says by whom: FLOORWALKER_SIGN_MACOS (identity of a Developer ID), FLOORWALKER_NOTARY (a profile of notarytool's keychain).
set -eu
app=$1 folder=$2 dmg=$3
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
if [ -n "${FLOORWALKER_SIGN_MACOS:-}" ]; then
    codesign --force --deep --options runtime --timestamp --entitlements "$(dirname "$0")/entitlements.plist" \
        --sign "$FLOORWALKER_SIGN_MACOS" "$app"
    codesign --verify --deep --strict "$app"
fi
cp -R "$app" "$folder/LICENCE.txt" "$folder/licences" "$folder/materials.cdx.json" "$staging/"
ln -s /Applications "$staging/Applications"
hdiutil create -volname Floorwalker -srcfolder "$staging" -fs HFS+ -format UDZO -ov "$dmg"
if [ -n "${FLOORWALKER_SIGN_MACOS:-}" ]; then
    codesign --sign "$FLOORWALKER_SIGN_MACOS" --timestamp "$dmg"
fi
if [ -n "${FLOORWALKER_NOTARY:-}" ]; then
    xcrun notarytool submit "$dmg" --keychain-profile "$FLOORWALKER_NOTARY" --wait
    xcrun stapler staple "$dmg"
fi
