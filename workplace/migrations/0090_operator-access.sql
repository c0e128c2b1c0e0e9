-- Whoever runs this workplace: signs in by the key of the configuration or by a link that is good once; what he does is kept.
-- All of it belongs to the platform, not to an org.
create table operator_links (
  code_hash  text primary key,
  name       text not null, -- of whom it was made for
  expires_at timestamptz not null
);

create table operator_sessions (
  id           uuid primary key,
  token_hash   text not null constraint operator_sessions__token unique,
  name         text not null,
  device       text,          -- as "Chrome · Windows"; null: the browser tells nothing we know
  network      text not null, -- the neighbourhood of the address, not the address
  created_at   timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at   timestamptz not null
);

create table operator_acts (
  id        uuid primary key,
  at        timestamptz not null,
  operator  text not null,
  action    text not null,
  subject   text not null, -- what it was done to, in words people know it by
  about_org uuid,          -- no foreign key: an act outlives the org it was about
  detail    jsonb not null default '{}'
);
create index operator_acts__action on operator_acts (action, id desc);

-- Whoever may write here may not unwrite.
create function operator_acts_are_kept() returns trigger language plpgsql as $$
begin
  raise exception 'acts of the operator are kept as they are';
end
$$;
create trigger operator_acts__kept before update or delete or truncate on operator_acts
  for each statement execute function operator_acts_are_kept();
