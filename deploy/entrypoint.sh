#!/bin/sh
# For every HOLDPOINT_<NAME>_FILE: the file's content becomes HOLDPOINT_<NAME>. Then the base image's entrypoint, or the
# command line where the first word is `holdpoint`.
set -eu

fail() {
  echo "entrypoint: $1" >&2
  echo "entrypoint: next: $2" >&2
  exit 78
}

for name in $(env | sed -n 's/^\(HOLDPOINT_[A-Z0-9_]*\)_FILE=.*/\1/p'); do
  eval "file=\$${name}_FILE"
  [ -r "$file" ] || fail "${name}_FILE names $file, which cannot be read" "run deploy/make-secrets.sh; give the service that secret"
  value=$(cat "$file")
  [ -n "$value" ] || fail "${name}_FILE names $file, which is empty" "remove it and run deploy/make-secrets.sh"
  export "$name=$value"
  unset "${name}_FILE" value
done

if [ "${1:-}" = holdpoint ]; then
  shift
  exec "${HOLDPOINT_ROOT:-/opt/airflow}/holdpoint" "$@"
fi
exec "${HOLDPOINT_BASE_ENTRYPOINT:-/entrypoint}" "$@"
