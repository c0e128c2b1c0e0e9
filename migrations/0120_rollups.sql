-- Roll-ups over the tree of regions (ADR 70): what organisations have reported, never what people have answered (Z-46).
-- System tables: organisations and counts, no person. Expand only.

-- GB/T 2260: where the organisation is, as the operator has placed it; null stands in the programme's own area.
alter table orgs add column region text;
alter table orgs add constraint orgs__region check (region ~ '^[0-9]{6}$');
create index orgs__region on orgs (region, id);

-- The newest delivered report of each organisation, kind and day, and what of it stands in the sums.
create table rollup_reports (
  kind          text not null,
  day           date not null,
  org_id        uuid not null references orgs (id),
  sequence      integer not null,
  reported_day  date not null,
  counts        jsonb not null,
  -- Something is new: the report, or where the organisation is.
  is_dirty      boolean not null default true,
  -- As it stands in the sums; null until it does.
  folded_region text,
  figures       integer[] not null default '{}',
  primary key (kind, day, org_id)
);
create index rollup_reports__dirty on rollup_reports (kind, day, org_id) where is_dirty;
create index rollup_reports__org on rollup_reports (org_id, kind, day);

-- Sums by region and day; every region holds those below it.
create table region_rollups (
  kind    text not null,
  region  text not null,
  day     date not null,
  -- The region above; empty above the country.
  parent  text not null,
  orgs    integer not null,
  figures bigint[] not null,
  primary key (kind, region, day)
);
create index region_rollups__parent on region_rollups (kind, parent, day);

-- A region and those above it, each with the one above.
create function region_path(code text) returns table (region text, parent text)
language sql immutable parallel safe as $$
  select '000000', '' union all
  select left(code, 2) || '0000', '000000' where code <> '000000' union all
  select left(code, 4) || '00', left(code, 2) || '0000' where right(code, 4) <> '0000' union all
  select code, left(code, 4) || '00' where right(code, 2) <> '00'
$$;

-- The registrations are a standing number, whatever day it was reported on; the health of a day is its own.
create function rollup_day(kind text, day date) returns date language sql immutable parallel safe as $$
  select case when kind = 'employment' then date '2000-01-01' else day end
$$;

-- In the transaction that stores the receipt, whichever way it came: no report is delivered and not rolled up. Only the
-- organisation's own row is written, so that a thousand deliveries at once do not queue for the row of the province.
create function roll_up_report() returns trigger language plpgsql as $$
begin
  insert into rollup_reports (kind, day, org_id, sequence, reported_day, counts)
    values (new.kind, rollup_day(new.kind, new.day), new.org_id, new.sequence, new.day, new.counts)
    on conflict (kind, day, org_id) do update set sequence = excluded.sequence, reported_day = excluded.reported_day,
      counts = excluded.counts, is_dirty = true
      where rollup_reports.sequence < excluded.sequence;
  return null;
end $$;
create trigger reports__rolls_up after update of state on reports
  for each row when (new.state = 'delivered' and old.state <> 'delivered') execute function roll_up_report();

do $$
declare org uuid;
begin
  for org in select id from orgs loop
    perform set_config('app.org_id', org::text, true);
    insert into rollup_reports (kind, day, org_id, sequence, reported_day, counts)
      select distinct on (r.kind, rollup_day(r.kind, r.day)) r.kind, rollup_day(r.kind, r.day), r.org_id, r.sequence,
        r.day, r.counts
      from reports r where r.org_id = org and r.state = 'delivered'
      order by r.kind, rollup_day(r.kind, r.day), r.sequence desc;
  end loop;
  perform set_config('app.org_id', '', true);
end $$;
