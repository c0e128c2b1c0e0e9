#!/bin/sh
# Runs once, on an empty database server: each program gets a database and an owner that obeys row security.
set -eu
for name in kangbao workplace; do
  psql -v ON_ERROR_STOP=1 -v name="$name" -v owner="${name}_owner" -v password="$DATABASE_PASSWORD" -U postgres <<'SQL'
create role :"owner" login nosuperuser nobypassrls nocreatedb nocreaterole password :'password';
create database :"name" owner :"owner";
revoke connect, temporary on database :"name" from public;
SQL
done
