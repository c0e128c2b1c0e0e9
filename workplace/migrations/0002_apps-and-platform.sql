-- Installed apps, the open platform's tokens, and pushes to the suites (Z-09).
-- Suites, tokens and deliveries belong to the platform, not to an org.
create table suites (
  suite_id   text primary key,
  ticket     text,
  ticket_at  timestamptz,
  url_checked text -- the callback URL that answered check_url
);

create table open_tokens (
  token_hash text primary key,
  kind       text not null check (kind in ('suite', 'corp')),
  suite_id   text not null,
  org_id     uuid references orgs (id) on delete cascade,
  expires_at timestamptz not null
);
create index open_tokens__expiry on open_tokens (expires_at);

create table jsapi_tickets (
  suite_id   text not null,
  org_id     uuid not null references orgs (id) on delete cascade,
  ticket     text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (suite_id, org_id)
);

create table auth_codes (
  code_hash  text primary key,
  suite_id   text not null,
  org_id     uuid not null references orgs (id) on delete cascade,
  userid     text not null,
  expires_at timestamptz not null,
  used_at    timestamptz
);

create table tmp_auth_codes (
  code_hash text primary key,
  suite_id  text not null,
  org_id    uuid not null references orgs (id) on delete cascade,
  used_at   timestamptz
);

create sequence agent_ids start 2574800001;
create sequence task_ids start 256271667001;

create table push_deliveries (
  id           bigint generated always as identity primary key,
  suite_id     text not null,
  org_id       uuid references orgs (id) on delete cascade,
  style        text not null check (style in ('synchttp', 'legacy')),
  biz_type     integer not null,
  biz_id       text not null,
  action       text not null,
  data         jsonb not null, -- for members and departments only what cannot be read later
  state        text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts     integer not null default 0,
  last_error   text,
  was_fetched  boolean not null default false, -- by get_call_back_failed_result
  claimed_until timestamptz,
  created_at   timestamptz not null,
  modified_at  timestamptz not null,
  next_at      timestamptz not null,
  delivered_at timestamptz
);
-- SyncHTTP carries the latest state of an object: a later change replaces one not yet delivered.
create unique index push_deliveries__latest on push_deliveries (suite_id, org_id, biz_type, biz_id)
  nulls not distinct where state = 'pending' and style = 'synchttp';
create index push_deliveries__due on push_deliveries (next_at) where state = 'pending';
create index push_deliveries__suite on push_deliveries (suite_id, id desc);

create table installed_apps (
  org_id         uuid not null references orgs (id) on delete cascade,
  agent_id       bigint not null constraint installed_apps__agent unique,
  suite_id       text not null,
  state          text not null check (state in ('enabled', 'stopped')),
  scope_kind     text not null check (scope_kind in ('all', 'admins', 'some')),
  scope_depts    integer[] not null default '{}',
  scope_users    text[] not null default '{}',
  permanent_code text not null,
  is_activated   boolean not null default false,
  installed_by   text not null,
  promo_code     text,
  installed_at   timestamptz not null,
  primary key (org_id, agent_id),
  constraint installed_apps__once unique (org_id, suite_id)
);
