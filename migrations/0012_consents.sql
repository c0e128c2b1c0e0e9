-- Notice and consent (X-03, S-38 to S-40, S-44; ADR 19). Decisions are rows that stay; the newest of a purpose counts.

create table consents (
  org_id     uuid not null references orgs (id),
  member_id  uuid not null,
  -- Time-ordered: the newest decision is the one with the greatest id.
  id         uuid not null,
  -- Whose notice it is: the template's id, or the form's when it came from none.
  subject    text not null,
  -- `notice` (taken note of, or consented to where consent is the basis), `guardian`, or a purpose of the notice.
  purpose    text not null,
  version    integer not null,
  decision   text not null,
  decided_at timestamptz not null,
  -- The guardian's name and phone, sealed; with purpose `guardian` only.
  guardian   bytea,
  primary key (org_id, member_id, id),
  constraint consents__decision check (decision in ('given', 'refused', 'withdrawn')),
  constraint consents__guardian check (guardian is null or purpose = 'guardian')
);
create index consents__newest on consents (org_id, member_id, subject, purpose, id desc);
select protect_tenant_table('consents');

-- System table: whose decisions changed a moment ago. Every process reads the last minute twice a second and forgets what
-- it remembered of them, so that a withdrawal is heard of everywhere within a second (S-40). Ids only; the database's time.
create table consent_changes (
  id          bigint generated always as identity primary key,
  recorded_at timestamptz not null default clock_timestamp(),
  org_id      uuid not null,
  member_id   uuid not null
);
create index consent_changes__recorded on consent_changes (recorded_at);
