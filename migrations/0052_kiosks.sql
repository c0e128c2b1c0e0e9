-- Shared tablets (Z-34; ADR 48): a colleague without a phone says who he is, by staff number and name or by a printed
-- card, and files himself. Whoever holds the token of a kiosk may ask who somebody is, so only its hash is kept.
create table kiosks (
  org_id     uuid not null references orgs (id),
  id         uuid not null,
  name       text not null,
  place      text not null,
  -- Null: every form people are asked to fill.
  form_ids   uuid[],
  token_hash bytea not null,
  opened_by  uuid not null,
  opened_at  timestamptz not null,
  renewed_at timestamptz,
  seen_at    timestamptz,
  closed_at  timestamptz,
  primary key (org_id, id)
);
select protect_tenant_table('kiosks');

-- A card is worth something until another is given out for the same person, or he leaves. What is printed on it is worked
-- out from its id under a key of the org, so that it can be printed again and nobody reads it here.
create table member_cards (
  org_id     uuid not null,
  id         uuid not null,
  member_id  uuid not null,
  issued_by  uuid not null,
  issued_at  timestamptz not null,
  revoked_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, member_id) references members (org_id, id)
);
create unique index member_cards__valid on member_cards (org_id, member_id) where revoked_at is null;
select protect_tenant_table('member_cards');

-- Who guesses is stopped, at one tablet and for one staff number; the number itself does not stand here. Rows are a day old
-- at most.
create table kiosk_tries (
  org_id   uuid not null references orgs (id),
  about    bytea not null,
  failures integer not null,
  since    timestamptz not null,
  primary key (org_id, about)
);
select protect_tenant_table('kiosk_tries');

create index members__job_number on members (org_id, lower(job_number)) where job_number <> '' and left_at is null;

-- Where the person decided, when it was at a shared tablet.
alter table consents add column kiosk_id uuid;
