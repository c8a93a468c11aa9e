#!/bin/sh
# Run once by the Postgres image, on an empty data directory, as its superuser. Makes one database and one login for
# each service. A login owns its database, may take the two roles of the row-level security, and can enter no other
# service's database. It is no superuser and makes no roles.
set -e

run() {
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres "$@"
}

make_database() {
  run --set=name="$1" --set=password="$2" <<'SQL'
create role :"name" login password :'password';
grant smart_tickets_app, smart_tickets_system to :"name";
create database :"name" owner :"name";
revoke connect on database :"name" from public;
SQL
}

run <<'SQL'
create role smart_tickets_app nologin;
create role smart_tickets_system nologin;
SQL
make_database ticket "$TICKET_DB_PASSWORD"
make_database channel_ingest "$CHANNEL_INGEST_DB_PASSWORD"
make_database routing "$ROUTING_DB_PASSWORD"
make_database search "$SEARCH_DB_PASSWORD"
