-- What a full recount reads of every row: numbers by themselves, and the region as one, so that it neither unpacks arrays nor
-- hashes texts (ADR 70). Made by the database from what stands beside them.
alter table rollup_reports
  add column place integer generated always as (folded_region::integer) stored,
  add column f1 integer generated always as (figures[1]) stored,
  add column f2 integer generated always as (figures[2]) stored,
  add column f3 integer generated always as (figures[3]) stored,
  add column f4 integer generated always as (figures[4]) stored,
  add column f5 integer generated always as (figures[5]) stored,
  add column f6 integer generated always as (figures[6]) stored,
  add column f7 integer generated always as (figures[7]) stored,
  add column f8 integer generated always as (figures[8]) stored;
