-- Government staff who may see the sums of a region and what lies in it (ADR 71): made and ended by the operator, signing in
-- with the phone they were entered by. Whoever is ended is deleted; that he was here says the log. Expand only.
create table region_viewers (
  id         uuid primary key,
  phone_hash bytea not null,
  -- As the operator knows him: name and office.
  name       text not null,
  region     text not null,
  added_at   timestamptz not null,
  constraint region_viewers__phone unique (phone_hash),
  constraint region_viewers__region check (region ~ '^[0-9]{6}$')
);

-- A viewer belongs to no organisation; `member_id` is his own id then. Both are null for the operator.
alter table sessions drop constraint sessions__member;
alter table sessions add constraint sessions__member check (org_id is null or member_id is not null);
