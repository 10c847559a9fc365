-- Two databases on one server, and who may log in to which. Run once, by the postgres image, when its volume is empty.
-- On a server of your own, as its superuser:
--   SECRETS="$PWD/deploy/secrets" psql --dbname postgres --file deploy/postgres/10-databases.sql
--
--   airflow              owns the database airflow
--   holdpoint_owner      owns the database holdpoint; used for `holdpoint store migrate` and `store roles --apply` alone
--   holdpoint_api        the API server: alerts in, runs started            group holdpoint_intake
--   holdpoint_tasks      the workers, reconcile, the command line           group holdpoint_propose
--   holdpoint_auditor    reads every table, verifies, cannot write          group holdpoint_read
--   holdpoint_eraser     erases payloads, and enters that it did            group holdpoint_erase
--
-- What a group may do is granted by `holdpoint store roles --apply`, table by table, after each migration.

\set ON_ERROR_STOP on
-- In backquotes the shell is asked: so no password stands in an argument or in this file.
\set airflow `cat "${SECRETS:-/run/secrets}/airflow_db_password"`
\set owner `cat "${SECRETS:-/run/secrets}/store_owner_password"`
\set api `cat "${SECRETS:-/run/secrets}/store_api_password"`
\set tasks `cat "${SECRETS:-/run/secrets}/store_tasks_password"`
\set auditor `cat "${SECRETS:-/run/secrets}/store_auditor_password"`
\set eraser `cat "${SECRETS:-/run/secrets}/store_eraser_password"`

-- A missing file is an empty password; stop before anything is made.
SELECT least(length(:'airflow'), length(:'owner'), length(:'api'), length(:'tasks'), length(:'auditor'), length(:'eraser')) >= 16
    AS complete \gset
\if :complete
\else
  \warn 'A password is missing or short. Next: run deploy/make-secrets.sh, then try again.'
  SELECT 1 / 0 AS "a password is missing or short";
\endif

CREATE ROLE airflow LOGIN PASSWORD :'airflow';
CREATE ROLE holdpoint_owner LOGIN PASSWORD :'owner';
CREATE ROLE holdpoint_intake NOLOGIN;
CREATE ROLE holdpoint_propose NOLOGIN;
CREATE ROLE holdpoint_vote NOLOGIN;
CREATE ROLE holdpoint_execute NOLOGIN;
CREATE ROLE holdpoint_verify NOLOGIN;
CREATE ROLE holdpoint_read NOLOGIN;
CREATE ROLE holdpoint_erase NOLOGIN;
-- votes, execution and verification get their logins with the processes that need them; today there are none.
CREATE ROLE holdpoint_api LOGIN PASSWORD :'api' IN ROLE holdpoint_intake;
CREATE ROLE holdpoint_tasks LOGIN PASSWORD :'tasks' IN ROLE holdpoint_propose;
CREATE ROLE holdpoint_auditor LOGIN PASSWORD :'auditor' IN ROLE holdpoint_read;
CREATE ROLE holdpoint_eraser LOGIN PASSWORD :'eraser' IN ROLE holdpoint_erase;
ALTER ROLE holdpoint_auditor SET default_transaction_read_only = on;

CREATE DATABASE airflow OWNER airflow;
CREATE DATABASE holdpoint OWNER holdpoint_owner;
-- No table of a runtime login's own in the store, temporary ones included; and none of them sees Airflow's database.
REVOKE ALL ON DATABASE airflow FROM PUBLIC;
REVOKE ALL ON DATABASE holdpoint FROM PUBLIC;
GRANT CONNECT ON DATABASE holdpoint TO holdpoint_api, holdpoint_tasks, holdpoint_auditor, holdpoint_eraser;
\connect holdpoint
REVOKE ALL ON SCHEMA public FROM PUBLIC;
