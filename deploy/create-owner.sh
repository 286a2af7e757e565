#!/bin/sh
# Creates the owner role and the database when PostgreSQL starts with an empty volume.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$OWNER_PASSWORD" <<'SQL'
CREATE ROLE atrium_owner LOGIN CREATEROLE PASSWORD :'password';
CREATE DATABASE atrium OWNER atrium_owner;
SQL
