#!/bin/sh
# Random keys and passwords for docker-compose.yaml, into deploy/secrets/ or the folder given. What is there already stays,
# so it can be run again after an upgrade that wants one more. Prints names, never values.
set -eu
umask 077
folder=${1:-$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)/secrets}
mkdir -p "$folder"
chmod 0700 "$folder"
cd "$folder"

# The folder is closed to others; the files are readable, since compose mounts them with these modes for other user numbers.
keep() {
  if [ -e "$1" ]; then
    cat >/dev/null
    echo "kept  $1"
    return
  fi
  cat >"$1.new"
  chmod "$2" "$1.new"
  mv "$1.new" "$1"
  echo "made  $1"
}
hex() { od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n'; }
password() { hex | keep "$1" 0444; }
url() { printf '%s' "$2" | keep "$1" 0444; }

for name in postgres_password airflow_db_password store_owner_password store_api_password store_tasks_password \
  store_auditor_password store_eraser_password redis_password api_secret_key jwt_secret metrics_token; do
  password "$name"
done
# Fernet's form: 32 bytes, URL-safe base64.
head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' | keep fernet_key 0444

url airflow_db_url "postgresql+psycopg2://airflow:$(cat airflow_db_password)@postgres/airflow"
for login in owner api tasks auditor eraser; do
  url "store_${login}_url" "postgresql://holdpoint_$login:$(cat "store_${login}_password")@postgres/holdpoint"
done
url broker_url "redis://:$(cat redis_password)@redis:6379/0"
url result_backend_url "redis://:$(cat redis_password)@redis:6379/1"

# These two are read by compose itself, as the person who runs it.
printf 'HOLDPOINT_SECRET_ALERTMANAGER=%s\nHOLDPOINT_SECRET_GENERIC=%s\n' "$(hex)" "$(hex)" | keep intake.env 0600
printf '# AIRFLOW_CONN_<ID>=<JSON>, one a line; docs/operate.md says which.\n' | keep connections.env 0600
