#!/bin/sh
# Creates the owner role, the role of backups, and the database when PostgreSQL starts with an empty volume.
set -eu
psql -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v backup="$BACKUP_PASSWORD" <<'SQL'
CREATE ROLE atrium_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE ROLE atrium_backup LOGIN BYPASSRLS PASSWORD :'backup' IN ROLE pg_read_all_data;
CREATE DATABASE atrium OWNER atrium_owner;
SQL
