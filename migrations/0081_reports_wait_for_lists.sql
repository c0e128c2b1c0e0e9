-- A report is made of a complete list of people (Z-41, Z-45). While the list of a large organisation's period is being
-- written its totals are those of a part of its people: as long as that goes on no snapshot is taken.

-- As in 0005, with one outcome more:
--   made · form-missing · in-progress (only when `must_be_free`) · preparing · nothing-new
create or replace function make_report(
  report_id uuid, report_kind text, template text, report_day date, period date, fever_facet integer,
  now timestamptz, member uuid, run uuid, must_be_free boolean, outbox_id uuid, deliver_at timestamptz)
returns table (outcome text, sequence integer, counts jsonb, org_name text, corp_id text, is_next boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  org constant uuid := current_setting('app.org_id')::uuid;
  form uuid;
  open_before boolean;
  total integer;
  filed integer := 0;
  abnormal integer := 0;
  fever integer := 0;
  fresh integer := 0;
  next integer;
  numbers jsonb;
begin
  select f.id into form from forms f where f.org_id = org and f.template_id = template and f.state = 'published';
  if form is null then return query select 'form-missing', 0, null::jsonb, '', '', false; return; end if;
  perform pg_advisory_xact_lock(hashtextextended(org::text || report_kind, 0));
  open_before := exists (select from reports r
    where r.org_id = org and r.kind = report_kind and r.state in ('queued', 'retrying'));
  if open_before and must_be_free then
    return query select 'in-progress', 0, null::jsonb, '', '', false; return;
  end if;

  if exists (select from form_periods p where p.org_id = org and p.form_id = form and p.period_start = period
      and p.preparing_since is not null and p.frozen_at is null) then
    return query select 'preparing', 0, null::jsonb, '', '', false; return;
  end if;
  select coalesce(sum(c.expected), 0), coalesce(sum(c.collected), 0), coalesce(sum(c.abnormal), 0)
    into total, filed, abnormal from completeness_counters c
    where c.org_id = org and c.form_id = form and c.period_start = period and c.department_id = 0;
  if run is not null and total = 0 then
    return query select 'nothing-new', 0, null::jsonb, '', '', false; return;
  end if;
  if total = 0 then
    select count(*) into total from members m where m.org_id = org and m.left_at is null and not m.is_guest;
  end if;
  select coalesce(max(r.sequence), 0) + 1 into next from reports r where r.org_id = org and r.kind = report_kind;
  insert into reports (org_id, id, kind, sequence, day, counts, org_name, made_at, made_by, daily_run_id)
    select org, report_id, report_kind, next, report_day, '{}', o.name, now, member, run from orgs o where o.id = org;

  if report_kind = 'employment' then
    insert into reported_registrations (org_id, member_id, report_id)
      select org, e.member_id, report_id from expectations e
      where e.org_id = org and e.form_id = form and e.period_start = period and e.filed_at is not null
        and not exists (select from reported_registrations r where r.org_id = org and r.member_id = e.member_id);
    get diagnostics fresh = row_count;
    if fresh = 0 then
      delete from reports r where r.org_id = org and r.id = report_id;
      return query select 'nothing-new', 0, null::jsonb, '', '', false; return;
    end if;
    numbers := jsonb_build_object('totalMembers', total, 'registered', filed, 'registeredNew', fresh,
      'notRegistered', greatest(0, total - filed));
  else
    select count(*) into fever from submissions s
      where s.org_id = org and s.form_id = form and s.period_start = period and s.is_abnormal
        and s.department_id <> 0 and s.facets @> array[fever_facet];
    numbers := jsonb_build_object('totalMembers', total, 'collected', filed, 'notCollected', greatest(0, total - filed),
      'abnormal', abnormal, 'fever', fever);
  end if;
  update reports r set counts = numbers where r.org_id = org and r.id = report_id;

  insert into outbox as o (org_id, id, job, payload, dedup_key, created_at, available_at)
    values (org, outbox_id, 'reports.deliver', jsonb_build_object('orgId', org, 'kind', report_kind), report_kind,
      now, deliver_at)
    on conflict (org_id, job, dedup_key) do update set generation = o.generation + 1, attempts = 0, relayed_at = null,
      available_at = least(o.available_at, excluded.available_at);
  return query select 'made', next, numbers, o.name, o.corp_id, not open_before from orgs o where o.id = org;
end $$;

-- As in 0020; an org whose list is being written keeps waiting, and is neither returned nor noted on the run.
create or replace function make_run_reports(
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
    continue when made.outcome = 'preparing';
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
