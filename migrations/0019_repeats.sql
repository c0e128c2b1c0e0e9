-- Acts that were sent with an Idempotency-Key (R-07, ADR 27): what was answered, so that the same act sent again is done
-- once. Kept for seven days; the nightly sweep of the org takes what is older.
create table repeats (
  org_id      uuid not null references orgs (id),
  member_id   uuid not null,
  -- Keyed hash of the key, in hex: a caller may have put anything into it.
  key_hash    text not null,
  -- Who works on it: an act that was taken over finds another one here, and rolls back.
  claim_id    uuid not null,
  -- Keyed hash of route and body: the same key for another act is a mistake of the caller's.
  fingerprint bytea not null,
  -- Members the act was about: what is kept of it goes when one of them is erased.
  people      uuid[] not null,
  claimed_at  timestamptz not null,
  -- Set in the transaction of the change itself.
  done_at     timestamptz,
  -- Sealed; null until it was given.
  answer      bytea,
  primary key (org_id, member_id, key_hash)
);
create index repeats__claimed on repeats (org_id, claimed_at);
select protect_tenant_table('repeats');
