#!/bin/sh
# Runs once, on an empty database server: each program gets a database and an owner that obeys row security; the server
# runs as a role that owns nothing, and backups as one that reads everything and writes nothing.
set -eu
for name in kangbao workplace; do
  psql -v ON_ERROR_STOP=1 -v name="$name" -v owner="${name}_owner" -v password="$DATABASE_PASSWORD" -U postgres <<'SQL'
create role :"owner" login nosuperuser nobypassrls nocreatedb nocreaterole password :'password';
create database :"name" owner :"owner";
revoke connect, temporary on database :"name" from public;
SQL
done
psql -v ON_ERROR_STOP=1 -v app="$APP_DATABASE_PASSWORD" -v backup="$BACKUP_DATABASE_PASSWORD" -U postgres <<'SQL'
create role kangbao_app login nosuperuser nobypassrls nocreatedb nocreaterole password :'app';
grant connect, temporary on database kangbao to kangbao_app;
create role kangbao_backup login nosuperuser bypassrls nocreatedb nocreaterole password :'backup';
grant pg_read_all_data to kangbao_backup;
grant connect on database kangbao, workplace to kangbao_backup;
SQL
