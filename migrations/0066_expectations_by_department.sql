-- Lists of one department of a large org (Z-36): without it everybody of the period is read to find fifty.
-- Building it holds up filings of a month as long as it takes, so it is built at once for months of which that is seconds (no
-- more than 256 MB). Months that are larger go without, and their lists are as before; `docs/operations.md` says how to add it
-- beside the running service. Months to come have it from the start.
create index expectations__department
  on only expectations (org_id, form_id, period_start, department_id, member_id);

do $$
declare
  part regclass;
  made text;
begin
  for part in select inhrelid::regclass from pg_inherits where inhparent = 'expectations'::regclass loop
    continue when pg_relation_size(part) > 256 * 1024 * 1024;
    made := part || '__department';
    execute format('create index %I on %s (org_id, form_id, period_start, department_id, member_id)', made, part);
    execute format('alter index expectations__department attach partition %I', made);
  end loop;
end $$;
