-- What the stand-ins for outside parties received. One sandbox serves any number of orgs, so nothing here is per tenant.
create table government_reports (
  report_id     uuid primary key, -- the sender's idempotency key
  receipt_no    text not null unique,
  kind          text not null check (kind in ('employment', 'health')),
  corp_id       text not null,
  org_name      text not null,
  day           date not null,
  sequence      integer not null check (sequence > 0),
  order_state   text not null check (order_state in ('in-order', 'gap', 'late')),
  made_at       timestamptz not null,
  received_at   timestamptz not null,
  automatic     boolean not null,
  counts        jsonb not null,
  body_sha256   text not null,
  attempts      integer not null default 1
);
create index government_reports__newest on government_reports (received_at desc);
create index government_reports__series on government_reports (corp_id, kind, sequence);

-- Every call, good or bad: the page shows what a sender did, not only what was taken.
create table government_attempts (
  id              bigint generated always as identity primary key,
  at              timestamptz not null,
  idempotency_key text,
  key_id          text,
  outcome         text not null,
  http_status     integer not null,
  detail          text not null default ''
);
create index government_attempts__by_report on government_attempts (idempotency_key);

create table sms_messages (
  id              uuid primary key default gen_random_uuid(),
  idempotency_key text unique,
  sent_to         text not null,
  template        text not null,
  params          jsonb not null,
  body            text not null,
  sign_name       text not null,
  received_at     timestamptz not null
);
create index sms_messages__by_phone on sms_messages (sent_to, received_at desc);

create table mails (
  id            uuid primary key default gen_random_uuid(),
  received_at   timestamptz not null,
  mail_from     text not null,
  rcpt_to       text[] not null,
  subject       text not null,
  text_body     text not null,
  html_body     text,
  raw           bytea not null
);
create index mails__newest on mails (received_at desc);

create table mail_attachments (
  mail_id       uuid not null references mails (id) on delete cascade,
  position      integer not null,
  file_name     text not null,
  content_type  text not null,
  content       bytea not null,
  primary key (mail_id, position)
);
