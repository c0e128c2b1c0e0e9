-- Data keys: random, one per org and purpose, wrapped by a master key that never enters the database (X-02). System
-- tables: keys are read before any org is bound, and for many orgs at once. Nothing here opens without the key ring.
create table data_keys (
  org_id     uuid not null,
  -- seal: values are sealed under the newest that is not retired. look-up: keyed hashes; stays for as long as the org.
  -- former: no key. Says that values of the scheme before this one may be left, which need a master key themselves.
  purpose    text not null,
  no         integer not null,
  wrapped    bytea not null,
  -- Name of the master key it is wrapped by.
  wrapped_by text not null,
  made_at    timestamptz not null default clock_timestamp(),
  retired_at timestamptz,
  -- Values sealed under it, counted by sample: a key is changed long before random nonces could meet.
  seals      bigint not null default 0,
  primary key (org_id, purpose, no),
  constraint data_keys__purpose check (purpose in ('seal', 'look-up', 'former'))
);
create index data_keys__wrapped_by on data_keys (wrapped_by);

-- Changes of keys, so that one that was cut off goes on and its progress can be seen.
create table key_rotations (
  id          uuid primary key,
  master_key  text not null,
  started_at  timestamptz not null default clock_timestamp(),
  touched_at  timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  orgs        integer not null default 0,
  orgs_done   integer not null default 0,
  values_done bigint not null default 0
);
create unique index key_rotations__one_at_a_time on key_rotations ((true)) where finished_at is null;

-- An installation that was in use before this one: its values need the master key that was then the only one.
insert into data_keys (org_id, purpose, no, wrapped, wrapped_by)
select '00000000-0000-0000-0000-000000000000', 'former', 0, '', '1'
where exists (select from orgs) or exists (select from suites where ticket is not null)
  or exists (select from signing_keys where secret is not null) or exists (select from authenticators);
