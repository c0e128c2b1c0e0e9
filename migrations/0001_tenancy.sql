-- The org register, the one door of tenant isolation (X-01), and system tables that hold no personal data.

-- Called once for every tenant table: rows of another org do not exist, not even for the owner of the table.
-- A setting once used on a pooled connection comes back as '', not null: no org, no rows.
create function protect_tenant_table(tenant_table regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tenant_table);
  execute format('alter table %s force row level security', tenant_table);
  execute format(
    'create policy own_org on %s using (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)
       with check (org_id = nullif(current_setting(''app.org_id'', true), '''')::uuid)', tenant_table);
end $$;

create table orgs (
  id         uuid primary key,
  corp_id    text not null,
  name       text not null,
  time_zone  text not null default 'Asia/Shanghai',
  state      text not null default 'active',
  removed_at timestamptz,
  created_at timestamptz not null,
  -- The civil day of the org on which its directory was last read anew in the night.
  reconciled_on date not null default '2000-01-01',
  constraint orgs__corp_id unique (corp_id),
  constraint orgs__state check (state in ('active', 'removed'))
);

-- One row per mini-app: what its suite was last told by the platform. The ticket is sealed.
create table suites (
  app       text primary key,
  ticket    bytea,
  ticket_at timestamptz
);

-- Every callback accepted, once: the platform delivers at least once and in any order (Z-20). Ids only.
create table callback_inbox (
  id          uuid primary key,
  app         text not null,
  dedup_key   text not null,
  kind        text not null,
  corp_id     text,
  subject     text,
  received_at timestamptz not null,
  constraint callback_inbox__once unique (app, dedup_key)
);
create index callback_inbox__received on callback_inbox (received_at);

-- What happened to the installation as a whole: forged callbacks, set-up links used (Z-20).
create table system_audit_log (
  id     uuid primary key,
  at     timestamptz not null,
  action text not null,
  detail jsonb not null default '{}'
);
create index system_audit_log__at on system_audit_log (at);

-- Effects that must reach the outside, written with the change that causes them. The outbox is the truth, the queue
-- is the pace: a row stays until its job has run to the end. Payloads hold ids only.
create table outbox (
  org_id       uuid not null,
  id           uuid not null,
  job          text not null,
  payload      jsonb not null,
  -- Rows of one key are one job; emitting it again while it waits or runs raises the generation, and it runs once more.
  dedup_key    text,
  generation   integer not null default 1,
  attempts     integer not null default 0,
  created_at   timestamptz not null,
  available_at timestamptz not null,
  relayed_at   timestamptz,
  primary key (org_id, id),
  constraint outbox__dedup unique (org_id, job, dedup_key)
);
create index outbox__waiting on outbox (available_at) where relayed_at is null;
create index outbox__relayed on outbox (relayed_at) where relayed_at is not null;

-- Single-use codes sent by SMS, one row per message: keyed hashes only. The rows of the last day are the limits.
create table sms_codes (
  id         uuid primary key,
  phone_hash bytea not null,
  ip_hash    bytea not null,
  code_hash  bytea not null,
  sent_at    timestamptz not null,
  expires_at timestamptz not null,
  attempts   integer not null default 0,
  used_at    timestamptz
);
create index sms_codes__phone on sms_codes (phone_hash, sent_at);
create index sms_codes__ip on sms_codes (ip_hash, sent_at);

-- Where a bound phone is a member: lets a person sign in outside the host before any org is chosen. Hashes and ids.
create table phone_bindings (
  phone_hash bytea not null,
  org_id     uuid not null,
  member_id  uuid not null,
  bound_at   timestamptz not null,
  primary key (phone_hash, org_id)
);

-- One-time values of the installation (the operator's set-up link), hashed.
create table setup_tokens (
  token_hash bytea primary key,
  used_at    timestamptz
);
