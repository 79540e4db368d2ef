#!/bin/sh
# Runs once, when the database is made. The application logs in with a role that row-level security binds.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE most_app NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE most_web LOGIN INHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE IN ROLE most_app PASSWORD :'password';
SQL
