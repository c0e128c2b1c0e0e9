-- The owner of a scheduled export hears of a file that was not made, and of a mail that did not arrive (Z-36).
do $$
declare
  kinds text;
begin
  select pg_get_constraintdef(oid) into strict kinds from pg_constraint
  where conname = 'pushes__kind' and conrelid = 'pushes'::regclass;
  alter table pushes drop constraint pushes__kind;
  execute 'alter table pushes add constraint pushes__kind '
    || replace(kinds, 'ARRAY[', 'ARRAY[''export-failed''::text, ');
end $$;

-- Made, but its mail did not arrive: a work notification went out in its place.
alter table export_schedule_runs
  drop constraint export_schedule_runs__outcome,
  add constraint export_schedule_runs__outcome
    check (outcome in ('waiting', 'made', 'unmailed', 'no-right', 'failed'));
