-- A period of a large org is opened at once and its expectations are written by jobs, range by range of its members (Z-31,
-- Z-36). `preparing_since` is null once everybody is on the list, as in every period there is. Until then `prepared_to` is the
-- last member who was gone through, and the numbers say how many were, of how many.
alter table form_periods
  add column preparing_since timestamptz,
  add column prepared_to uuid,
  add column prepared integer not null default 0,
  add column to_prepare integer not null default 0;
