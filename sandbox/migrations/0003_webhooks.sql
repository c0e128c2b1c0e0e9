-- Receivers of webhooks: one for each path, with its secret and what it answers; and what came in.
create table webhook_receivers (
  name   text primary key,
  secret text not null default '',
  answer integer not null default 204
);
create table webhook_messages (
  no          bigint generated always as identity primary key,
  receiver    text not null,
  received_at timestamptz not null,
  webhook_id  text not null,
  body        jsonb not null,
  signature   text not null check (signature in ('good', 'bad', 'stale', 'unchecked')),
  answer      integer not null
);
create index webhook_messages__receiver on webhook_messages (receiver, no desc);
