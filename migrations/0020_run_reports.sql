-- The daily run works on a range of orgs in one call each way: as before one org after the other, each under its own
-- tenant, but parsed and planned once per connection instead of once per org.

-- Takes the snapshots of a run for the orgs named, in the order given, as make_report() does, and notes on the run what
-- became of each; returns those that have something to deliver, by their place in the lists (from 1). Where the period has
-- not been opened yet (the server was down until the hour) nothing is noted and the form is named instead, unless
-- `takes_unopened`. It runs with the rights of the caller, under row-level security, bound to one org at a time.
create function make_run_reports(
  org_ids uuid[], report_ids uuid[], outbox_ids uuid[], report_kind text, template text, report_day date, period date,
  fever_facet integer, now timestamptz, run uuid, deliver_at timestamptz, takes_unopened boolean)
returns table (
  i integer, unopened uuid, sequence integer, counts jsonb, org_name text, corp_id text, is_next boolean)
language plpgsql
set plan_cache_mode = force_generic_plan
set jit = off
as $$
#variable_conflict use_column
declare
  made record;
begin
  for n in 1 .. cardinality(org_ids) loop
    execute format('set local app.org_id = %L', org_ids[n]);
    select * into made from make_report(report_ids[n], report_kind, template, report_day, period, fever_facet, now,
      null, run, false, outbox_ids[n], deliver_at);
    i := n;
    if made.outcome = 'nothing-new' and not takes_unopened then
      select f.id into unopened from forms f
      where f.org_id = org_ids[n] and f.template_id = template and f.state = 'published' and not exists (
        select from form_periods p where p.org_id = f.org_id and p.form_id = f.id and p.period_start = period);
      if found then
        return next;
        continue;
      end if;
    end if;
    unopened := null;
    update daily_run_orgs d set
      state = case when made.outcome = 'made' then 'waiting' else 'skipped' end,
      report_id = case when made.outcome = 'made' then report_ids[n] end,
      reason = case when made.outcome = 'made' then null else made.outcome end,
      changed_at = now
    where d.org_id = org_ids[n] and d.run_id = run;
    continue when made.outcome <> 'made';
    sequence := made.sequence; counts := made.counts; org_name := made.org_name; corp_id := made.corp_id;
    is_next := made.is_next;
    return next;
  end loop;
end $$;

-- Stores the receipts of a run's reports, in the order given, and drops the deliveries the outbox owed for them. Only
-- reports still open change; a delivery emitted again since stays owed. Bound to one org at a time, as above.
create function deliver_run_reports(
  org_ids uuid[], report_ids uuid[], outbox_ids uuid[], receipt_nos text[], now timestamptz)
returns void
language plpgsql
set plan_cache_mode = force_generic_plan
set jit = off
as $$
#variable_conflict use_column
declare
  of_run uuid;
begin
  for n in 1 .. cardinality(org_ids) loop
    execute format('set local app.org_id = %L', org_ids[n]);
    update reports r set state = 'delivered', attempts = r.attempts + 1, next_attempt_at = null,
      receipt_no = receipt_nos[n], delivered_at = now
    where r.org_id = org_ids[n] and r.id = report_ids[n] and r.state in ('queued', 'retrying')
    returning r.daily_run_id into of_run;
    continue when not found;
    update daily_run_orgs d set state = 'delivered', changed_at = now
    where d.org_id = org_ids[n] and d.run_id = of_run and d.report_id = report_ids[n];
  end loop;
  delete from outbox o using unnest(org_ids, outbox_ids) as settled (org_id, id)
  where o.org_id = settled.org_id and o.id = settled.id and o.generation = 1 and o.relayed_at is null;
end $$;
