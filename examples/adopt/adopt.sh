#!/bin/sh
# Adopts an organization, from an empty folder to an empty plan: the steps of the guide "Adopting an organization", one by
# one. It applies no plan that adds, changes or destroys anything. The account is in JMAPCLOUD_USERNAME and
# JMAPCLOUD_PASSWORD. CLI chooses another program than terraform.
set -eu

recipe=$(cd "$(dirname "$0")" && pwd)
cli=${CLI:-terraform}
commands=0

if [ -n "$(ls)" ]; then
  echo "adopt: $(pwd) is not empty" >&2
  exit 1
fi

# From 1.7 on, an import block has for_each. Before, there is one import block for each object.
imports=imports
case $("$cli" version | head -n 1) in
*' v1.5.'* | *' v1.6.'*) imports=imports_before_1_7 ;;
esac

# The provider logs one line for each call to the API, and no secrets.
export TF_LOG_PROVIDER=DEBUG TF_LOG_PATH=adopt.log
trap 'rm -f adopt.log adopt.out adopt.plan' EXIT

step() {
  commands=$((commands + 1))
  echo "\$ $(basename "$cli") $*"
  "$cli" "$@" >adopt.out
}

cp "$recipe/versions.tf" "$recipe/survey.tf" .
step init -no-color
step apply -no-color -auto-approve
step output -raw configuration
mv adopt.out organization.tf
step output -raw "$imports"
mv adopt.out imports.tf
rm survey.tf
step fmt

step plan -no-color -out=adopt.plan
grep '^Plan:' adopt.out
if ! grep -q '^Plan: [0-9]* to import, 0 to add, 0 to change, 0 to destroy\.' adopt.out; then
  echo "adopt: this plan does more than import, so it is not applied, and nothing was changed" >&2
  exit 1
fi
step apply -no-color adopt.plan
grep '^Apply complete' adopt.out

rm imports.tf
step plan -no-color -detailed-exitcode # status 2 would be a change
grep '^No changes' adopt.out

echo "$commands commands, $(grep -c 'API call' adopt.log) calls to the API"
