-- The server may run as a role that owns nothing (S-97): what it has to do to tables by itself runs with the owner's
-- rights, in functions that look nowhere else for their names. Row security holds the owner too.
alter function create_period_partitions(date, integer) security definer set search_path = public, pg_temp;
revoke execute on function create_period_partitions(date, integer) from public;

-- The only ways anything leaves the audit log; the server itself may neither change nor delete a row of it.
alter function sweep_audit_log(uuid, integer, timestamptz) security definer set search_path = public, pg_temp;
alter function sweep_system_audit_log(integer, timestamptz) security definer set search_path = public, pg_temp;
alter function drop_audit_links(uuid, bigint) security definer set search_path = public, pg_temp;
alter function drop_system_audit_links(bigint) security definer set search_path = public, pg_temp;
revoke execute on function sweep_audit_log(uuid, integer, timestamptz), sweep_system_audit_log(integer, timestamptz),
  drop_audit_links(uuid, bigint), drop_system_audit_links(bigint) from public;
