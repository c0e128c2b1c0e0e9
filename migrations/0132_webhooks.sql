-- Where events of an organisation are sent (X-08; ADR 72): each endpoint goes through the feed at its own pace.
create table webhook_endpoints (
  org_id           uuid not null references orgs (id),
  id               uuid not null,
  url              text not null,
  -- Null: events of every type.
  types            text[],
  -- active · paused by an admin · disabled by us
  state            text not null default 'active',
  disabled_for     text,
  secret           bytea not null,
  -- The one before, which signs as well until then.
  old_secret       bytea,
  old_secret_until timestamptz,
  -- The last event that was settled here.
  position         bigint not null,
  -- Since when nothing has arrived, and when it is tried again.
  failing_since    timestamptz,
  retry_at         timestamptz,
  -- One run at a time, by the database's own time.
  held_until       timestamptz,
  made_by          uuid not null,
  made_at          timestamptz not null,
  primary key (org_id, id),
  constraint webhook_endpoints__state check (state in ('active', 'paused', 'disabled')),
  constraint webhook_endpoints__disabled check ((state = 'disabled') = (disabled_for is not null))
);
select protect_tenant_table('webhook_endpoints');

-- What became of each event at each endpoint; ids only. Kept as long as events.
create table webhook_deliveries (
  org_id      uuid not null,
  id          uuid not null,
  endpoint_id uuid not null,
  event_id    uuid not null,
  type        text not null,
  -- Null for a test, which stands in no feed.
  seq         bigint,
  state       text not null,
  attempts    integer not null,
  -- Of the last attempt: the answer, or why there was none, and how long it took.
  status      integer,
  reason      text,
  took_ms     integer,
  made_at     timestamptz not null,
  tried_at    timestamptz,
  primary key (org_id, id),
  constraint webhook_deliveries__event unique (org_id, endpoint_id, event_id),
  foreign key (org_id, endpoint_id) references webhook_endpoints (org_id, id) on delete cascade,
  constraint webhook_deliveries__state check (state in ('waiting', 'delivered', 'dead'))
);
create index webhook_deliveries__state on webhook_deliveries (org_id, endpoint_id, state, id);
select protect_tenant_table('webhook_deliveries');
