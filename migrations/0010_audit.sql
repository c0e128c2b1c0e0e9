-- The audit log is append-only, chained and anchored (X-05, S-46; ADR 17). A request inserts one row and waits for
-- nobody; what a row owes, its link in the chain, is made seconds later by one chainer per org.

alter table audit_log
  -- Members whose data was read or changed.
  add column people      uuid[] not null default '{}',
  -- Days until it may be swept: at least half a year, three years for records of processing.
  add column keep_days   integer not null default 183,
  -- The database's own time: no clock of ours makes a row older than it is.
  add column recorded_at timestamptz not null default clock_timestamp(),
  add constraint audit_log__keep check (keep_days >= 183);
create index audit_log__newest on audit_log (org_id, at, id);
create index audit_log__actor on audit_log (org_id, actor, at, id);
create index audit_log__action on audit_log (org_id, action, at, id);

-- Who looked at whom, one row for each of `people`. A GIN index on the array would lie idle: row security lets an index
-- be used with leakproof operators only, and those of arrays are not.
create table audit_people (
  org_id    uuid not null references orgs (id),
  member_id uuid not null,
  at        timestamptz not null,
  audit_id  uuid not null,
  primary key (org_id, member_id, at, audit_id)
);

-- The chain: every row's place in it, its seal and the seal over all before it, under a key that is not in the database.
create table audit_links (
  org_id  uuid not null references orgs (id),
  seq     bigint not null,
  row_id  uuid not null,
  row_mac bytea not null,
  mac     bytea not null,
  -- When the row may be swept.
  due_at  timestamptz not null,
  primary key (org_id, seq),
  constraint audit_links__row unique (org_id, row_id)
);

-- Where a chain begins after its first links were swept; sealed as well.
create table audit_tails (
  org_id uuid primary key references orgs (id),
  seq    bigint not null,
  mac    bytea not null,
  seal   bytea not null
);

select protect_tenant_table('audit_people');
select protect_tenant_table('audit_links');
select protect_tenant_table('audit_tails');

-- The installation's own log has the same.
alter table system_audit_log
  add column actor       text not null default 'system',
  add column object      text not null default '',
  add column keep_days   integer not null default 183,
  add column recorded_at timestamptz not null default clock_timestamp(),
  add constraint system_audit_log__keep check (keep_days >= 183);
drop index system_audit_log__at;
create index system_audit_log__at on system_audit_log (at, id);

create table system_audit_links (
  seq     bigint primary key,
  row_id  uuid not null,
  row_mac bytea not null,
  mac     bytea not null,
  due_at  timestamptz not null,
  constraint system_audit_links__row unique (row_id)
);
create table system_audit_tails (
  one  boolean primary key default true,
  seq  bigint not null,
  mac  bytea not null,
  seal bytea not null,
  constraint system_audit_tails__one check (one)
);

-- Rows without a link yet, of all orgs; ids only. The installation's own have the nil id for org.
create table audit_waiting (
  org_id uuid not null,
  id     uuid not null,
  primary key (org_id, id)
);

create function audit_row_arrives() returns trigger language plpgsql as $$
begin
  insert into audit_waiting (org_id, id) values (new.org_id, new.id);
  if cardinality(new.people) > 0 then
    insert into audit_people (org_id, member_id, at, audit_id)
    select distinct new.org_id, person, new.at, new.id from unnest(new.people) as person;
  end if;
  return null;
end $$;
create trigger audit_log__arrives after insert on audit_log for each row execute function audit_row_arrives();

create function system_audit_row_arrives() returns trigger language plpgsql as $$
begin
  insert into audit_waiting (org_id, id) values ('00000000-0000-0000-0000-000000000000', new.id);
  return null;
end $$;
create trigger system_audit_log__arrives after insert on system_audit_log
  for each row execute function system_audit_row_arrives();

-- What was there before joins the chain as well, org by org, since row security shows one at a time.
do $$
declare org uuid;
begin
  for org in select id from orgs loop
    perform set_config('app.org_id', org::text, true);
    insert into audit_waiting (org_id, id) select org_id, id from audit_log where org_id = org;
  end loop;
  perform set_config('app.org_id', '', true);
  insert into audit_waiting (org_id, id)
  select '00000000-0000-0000-0000-000000000000', id from system_audit_log;
end $$;

-- Nothing is changed, and nothing leaves but what is due, and that by the sweep alone.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % of % is refused', lower(tg_op), tg_table_name
    using errcode = 'insufficient_privilege';
end $$;

create function refuse_audit_delete() returns trigger language plpgsql as $$
declare
  due timestamptz;
  kept jsonb := to_jsonb(old);
begin
  due := case
    when kept ? 'due_at' then (kept ->> 'due_at')::timestamptz
    when kept ? 'keep_days' then greatest((kept ->> 'at')::timestamptz, (kept ->> 'recorded_at')::timestamptz)
      + make_interval(hours => 24 * (kept ->> 'keep_days')::integer)
    -- An entry of `audit_people` goes with its row, which is gone by then.
    when exists (select from audit_log where org_id = old.org_id and id = (kept ->> 'audit_id')::uuid) then 'infinity'
    else '-infinity' end;
  if coalesce(current_setting('app.audit_sweep', true), '') <> 'on' or due > clock_timestamp() then
    raise exception 'the audit log is append-only: delete of % is refused', tg_table_name
      using errcode = 'insufficient_privilege';
  end if;
  return old;
end $$;

do $$
declare name text;
begin
  foreach name in array array['audit_log', 'audit_people', 'audit_links', 'system_audit_log', 'system_audit_links'] loop
    execute format('create trigger %I before update or truncate on %I execute function refuse_audit_change()',
      name || '__append_only', name);
    execute format('create trigger %I before delete on %I for each row execute function refuse_audit_delete()',
      name || '__kept', name);
  end loop;
end $$;

-- Sweeps rows of the org of this transaction that are due, oldest first, and writes down that it did: in the same log,
-- with how many and up to when, so that the chain knows which rows may be missing. Returns how many.
create function sweep_audit_log(org uuid, most integer, at_time timestamptz) returns integer language plpgsql as $$
declare
  gone uuid[];
begin
  perform set_config('app.audit_sweep', 'on', true);
  with due as (
    select l.id from audit_log l
    where l.org_id = org and l.at < clock_timestamp() - interval '183 days'
      and greatest(l.at, l.recorded_at) + make_interval(hours => 24 * l.keep_days) <= clock_timestamp()
      -- Only what is chained: a row without a link could vanish unnoticed.
      and exists (select from audit_links k where k.org_id = org and k.row_id = l.id)
    order by l.at, l.id limit most),
  swept as (
    delete from audit_log l using due where l.org_id = org and l.id = due.id returning l.id)
  select coalesce(array_agg(id), '{}') into gone from swept;
  if cardinality(gone) > 0 then
    delete from audit_people p where p.org_id = org and p.at < clock_timestamp() - interval '183 days'
      and p.audit_id = any (gone);
    insert into audit_log (org_id, id, at, actor, action, object, detail, keep_days)
    values (org, gen_random_uuid(), at_time, 'system:audit.sweep', 'audit.swept', 'audit-log',
      jsonb_build_object('rows', cardinality(gone), 'until', clock_timestamp()), 1096);
  end if;
  perform set_config('app.audit_sweep', '', true);
  return cardinality(gone);
end $$;

create function sweep_system_audit_log(most integer, at_time timestamptz) returns integer language plpgsql as $$
declare
  gone integer;
begin
  perform set_config('app.audit_sweep', 'on', true);
  with due as (
    select l.id from system_audit_log l
    where l.at < clock_timestamp() - interval '183 days'
      and greatest(l.at, l.recorded_at) + make_interval(hours => 24 * l.keep_days) <= clock_timestamp()
      and exists (select from system_audit_links k where k.row_id = l.id)
    order by l.at, l.id limit most),
  swept as (delete from system_audit_log l using due where l.id = due.id returning l.id)
  select count(*) into gone from swept;
  if gone > 0 then
    insert into system_audit_log (id, at, actor, action, object, detail, keep_days)
    values (gen_random_uuid(), at_time, 'system:audit.sweep', 'audit.swept', 'audit-log',
      jsonb_build_object('rows', gone, 'until', clock_timestamp()), 1096);
  end if;
  perform set_config('app.audit_sweep', '', true);
  return gone;
end $$;

-- Takes away the first links of a chain whose rows are all gone, up to a place; the new beginning is sealed by the caller.
create function drop_audit_links(org uuid, up_to bigint) returns void language plpgsql as $$
begin
  perform set_config('app.audit_sweep', 'on', true);
  delete from audit_links where org_id = org and seq <= up_to;
  perform set_config('app.audit_sweep', '', true);
end $$;

create function drop_system_audit_links(up_to bigint) returns void language plpgsql as $$
begin
  perform set_config('app.audit_sweep', 'on', true);
  delete from system_audit_links where seq <= up_to;
  perform set_config('app.audit_sweep', '', true);
end $$;

-- Up to when the ledger (filings and their revisions) is sealed in the log.
alter table orgs add column digested_until timestamptz;

-- The daily digest of the ledger reads what was filed on a day. Filings come in order of time: a summary per range of
-- pages is enough, and costs a filing nothing.
create index submissions__revised on submissions using brin (revised_at);
create index submission_revisions__filed on submission_revisions using brin (filed_at);
