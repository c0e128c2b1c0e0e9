-- Sessions that can be listed and ended, signing keys that can be changed, codes bound to their purpose (S-13 to S-23).
-- System tables: a session is found by its refresh token before any org is known. Ids and hashes only.

create table sessions (
  id         uuid primary key,
  -- Both null for the operator.
  org_id     uuid,
  member_id  uuid,
  kind       text not null,
  -- Browser and system, as `Chrome · Windows`; no address, no version.
  device     text,
  started_at timestamptz not null,
  seen_at    timestamptz not null,
  expires_at timestamptz not null,
  -- Longest pause between two renewals.
  idle_s     integer not null,
  -- The last second proof (S-22).
  proved_at  timestamptz,
  ended_at   timestamptz,
  end_reason text,
  constraint sessions__kind check (kind in ('host', 'sms', 'guest', 'setup-link')),
  constraint sessions__member check ((org_id is null) = (member_id is null))
);
create index sessions__member on sessions (org_id, member_id, seen_at) where ended_at is null;
create index sessions__expires on sessions (expires_at);

-- Every refresh token a session ever had, hashed: one used again betrays its copy (S-14).
create table refresh_tokens (
  token_hash bytea primary key,
  session_id uuid not null references sessions (id) on delete cascade,
  used_at    timestamptz
);
create index refresh_tokens__session on refresh_tokens (session_id);

-- What access tokens that are still good must no longer do. Every process reads the last minute twice a second; a row
-- matters for as long as an access token lives. `recorded_at` is the database's time, since no other is common to all.
create table revocations (
  id          bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  session_id  uuid,
  org_id      uuid,
  member_id   uuid,
  -- The only role a token of this member may still name; null when none may. An org: any or null.
  role        text
);
create index revocations__recorded on revocations (recorded_at);

-- The key ring of access tokens. A key without a secret here is the one of JWT_SECRET.
create table signing_keys (
  kid          text primary key,
  secret       bytea,
  created_at   timestamptz not null,
  -- Known everywhere before it is first used. The database's time, as above.
  signs_from   timestamptz not null,
  retires_at   timestamptz,
  withdrawn_at timestamptz
);

-- The operator's second factor (S-23). Sealed; `last_step` keeps a code from working twice.
create table authenticators (
  id           text primary key,
  secret       bytea not null,
  confirmed_at timestamptz,
  last_step    bigint not null default 0,
  failures     integer not null default 0,
  failed_at    timestamptz
);

alter table sms_codes
  add column purpose text not null default 'sign-in',
  -- Who asked: a value only his browser holds, or his session. Hashed.
  add column asker_hash bytea,
  add column org_id uuid,
  -- The first seven digits, hashed: numbers bought in bulk stand together.
  add column prefix_hash bytea,
  -- A request nobody was sent anything for counts against its address all the same.
  -- Whether a member had confirmed the phone.
  add column is_known boolean not null default true,
  add column channel text not null default 'sms',
  add constraint sms_codes__channel check (channel in ('sms', 'workplace', 'none'));
create index sms_codes__asker on sms_codes (asker_hash) where used_at is null;
create index sms_codes__sent on sms_codes (sent_at) where channel = 'sms';
