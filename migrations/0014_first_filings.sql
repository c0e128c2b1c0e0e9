-- The common case of a filing, in one set-based statement: somebody who is expected files for the first time. A morning
-- is made of these; file_submissions() stays for whatever else happens (revisions, corrections, guests, abnormal orders).

-- A batch holds filings of several orgs, so these four tables may be seen by the orgs a transaction names, one or more.
-- `app.org_id` is one id in every transaction but that of file_first_submissions(). An id is found in the list as a whole:
-- all have one length, and what parts them stands in none.
do $$
declare
  tenant_table regclass;
begin
  foreach tenant_table in array array['forms', 'expectations', 'submissions', 'completeness_counters']::regclass[] loop
    execute format(
      'alter policy own_org on %s using (position(org_id::text in current_setting(''app.org_id'', true)) > 0)
         with check (position(org_id::text in current_setting(''app.org_id'', true)) > 0)', tenant_table);
  end loop;
end $$;

-- Stores first filings of one period for the orgs named, and returns the `i` of those it stored: live totals moved, owed
-- effects written. What it does not return was changed in nothing and is for file_submissions(): the form has ended or
-- has a newer version, nobody expects the member, or there is a filing already. It fails as a whole when a receipt number
-- is taken, or when a member filed before he was expected.
-- It runs with the rights of the caller, under row-level security: a filing of an org that is not named cannot be stored.
-- Rows are locked in the order given, then totals in the order of their key, so that two calls cannot lock each other out.
create function file_first_submissions(orgs uuid[], period date, filings json, stripe smallint)
returns table (i integer)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
#variable_conflict use_column
begin
  execute format('set local app.org_id = %L', array_to_string(orgs, ','));
  return query
  with given as materialized (
    select * from json_to_recordset(filings) as g (
      i integer, org_id uuid, form_id uuid, member_id uuid, id uuid, number text, form_version integer, answers text,
      carried text[], facets integer[], is_abnormal boolean, at timestamptz, jobs json)
  ), marked as (
    update expectations e set filed_at = g.at
    from given g
    where e.org_id = g.org_id and e.form_id = g.form_id and e.period_start = period and e.member_id = g.member_id
      and e.filed_at is null
      and g.form_version = (select f.version from forms f
        where f.org_id = g.org_id and f.id = g.form_id and f.state = 'published')
    returning g.i, g.org_id, g.form_id, g.is_abnormal, g.at, e.department_id, e.department_path
  ), saved as (
    insert into submissions (org_id, form_id, period_start, member_id, id, number, revision, form_version,
      department_id, answers, carried, facets, is_abnormal, filed_by, filed_at, revised_at)
    select g.org_id, g.form_id, period, g.member_id, g.id, g.number, 1, g.form_version, m.department_id,
      decode(g.answers, 'base64'), g.carried, g.facets, g.is_abnormal, g.member_id, g.at, g.at
    from marked m join given g on g.i = m.i
  ), moved as (
    insert into completeness_counters as c
      (org_id, form_id, period_start, department_id, stripe, collected, abnormal, last_filed_at)
    select m.org_id, m.form_id, period, place, stripe, count(*), count(*) filter (where m.is_abnormal), max(m.at)
    from marked m, unnest(0::bigint || m.department_path) as place
    group by m.org_id, m.form_id, place
    order by m.org_id, m.form_id, place
    on conflict on constraint completeness_counters_pkey do update set
      collected = c.collected + excluded.collected, abnormal = c.abnormal + excluded.abnormal,
      last_filed_at = greatest(c.last_filed_at, excluded.last_filed_at)
  ), owed as (
    insert into outbox (org_id, id, job, payload, dedup_key, created_at, available_at)
    select m.org_id, j.id, j.job, j.payload, j.dedup_key, m.at, j.available_at
    from marked m join given g on g.i = m.i and g.jobs is not null, json_to_recordset(g.jobs) as j (
      id uuid, job text, payload jsonb, dedup_key text, available_at timestamptz)
    on conflict do nothing
  )
  select m.i from marked m;
end $$;
