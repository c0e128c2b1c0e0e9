-- Accounts of people (Z-01, Z-08): a password beside the SMS code, which devices are signed in, who signed in lately,
-- a picture, and where a person's requests to join stand.
create table person_passwords (
  person_id uuid primary key references persons (id) on delete cascade,
  hash      text not null,
  set_at    timestamptz not null
);

-- Counted by a keyed digest of the phone, known here or not, so that being locked tells nobody who has an account.
create table password_tries (
  phone_hash   text primary key,
  failures     integer not null,
  locked_until timestamptz,
  last_at      timestamptz not null
);

-- A code is good for what its text message said, and for nothing else (S-17).
alter table sms_codes add column purpose text not null default 'sign-in'
  check (purpose in ('sign-in', 'password', 'phone', 'delete'));

alter table sessions
  add column device       text,                      -- as "Chrome · Windows"; null: the browser tells nothing we know
  add column network      text not null default '',  -- the neighbourhood of its address, not the address
  add column last_seen_at timestamptz,
  add column noticed_at   timestamptz;               -- sign-ins elsewhere before this are told on this device
update sessions set last_seen_at = created_at, noticed_at = now();

-- Sign-ins of the last ninety days; those of a session that ended already are what a person wants to see most.
create table sign_ins (
  id         uuid primary key,
  person_id  uuid not null references persons (id) on delete cascade,
  session_id uuid not null,
  method     text not null check (method in ('code', 'password', 'reset', 'scan')),
  device     text,
  network    text not null,
  at         timestamptz not null
);
create index sign_ins__person on sign_ins (person_id, at desc);

create table avatars (
  id        text primary key,
  person_id uuid not null constraint avatars__person unique references persons (id) on delete cascade,
  mime      text not null,
  bytes     bytea not null
);
