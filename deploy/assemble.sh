#!/bin/sh
# Leaves in /assembled (or $ASSEMBLED) what the named apps need to run: what they depend on outside of development, and
# what has been built. Runs in a built tree, whose node_modules it replaces.
set -eu
out="${ASSEMBLED:-/assembled}"

workspaces=""
for app in "$@"; do workspaces="$workspaces --workspace apps/$app"; done
# shellcheck disable=SC2086 # one option and one value for each app
npm ci --omit=dev --ignore-scripts --no-audit --no-fund $workspaces

mkdir -p "$out/deploy"
cp -a package.json node_modules "$out"
cp -a deploy/*.mjs "$out/deploy"
for part in packages/* $(printf 'apps/%s ' "$@"); do
  [ -d "$part/dist" ] || continue
  mkdir -p "$out/$part"
  cp -a "$part/package.json" "$part/dist" "$out/$part"
  if [ -d "$part/node_modules" ]; then cp -a "$part/node_modules" "$out/$part"; fi
done
# The process runs as another user, whatever mask the files were checked out with.
chmod -R a+rX "$out"
# Links to workspaces that these apps do not use lead nowhere.
find "$out/node_modules" -xtype l -delete
