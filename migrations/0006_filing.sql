-- The one statement of a filing (Z-35): submission, its former revision, who has filed, live totals and owed effects,
-- for any number of filings of the org the transaction is bound to. One round trip, no look before the leap: every
-- assumption of the caller (form takes answers, its version, the revision) is checked here, and a filing whose
-- assumption fails changes nothing and says so in `outcome`:
--   saved · ended (the form takes no more answers) · stale (the form has a newer version)
--   unexpected (the member is not asked in this period) · again (somebody else has filed this revision meanwhile)
-- It runs with the rights of the caller, under row-level security, and names the org from the transaction's setting:
-- there is no way to hand it another one. At most one filing per form, period and member in a call.
create function file_submissions(filings json, stripe smallint)
returns table (i integer, outcome text, submission_id uuid, number text, revision integer, filed_at timestamptz)
language plpgsql as $$
#variable_conflict use_column
declare
  org constant uuid := current_setting('app.org_id')::uuid;
begin
  return query
  with given as materialized (
    select g.*, f.state as form_state, f.version as current_version
    from json_to_recordset(filings) as g (
      i integer, form_id uuid, period_start date, member_id uuid, id uuid, number text, revision integer,
      form_version integer, answers text, carried text[], facets integer[], is_abnormal boolean,
      filed_by uuid, reason text, at timestamptz, is_expected boolean, jobs json)
    left join forms f on f.org_id = org and f.id = g.form_id
  ),
  -- Those that may be stored, and where each counts. A correction (it has a reason) may come after the end.
  ready as materialized (
    select g.*, e.department_id, e.department_path
    from given g
    left join expectations e on e.org_id = org and e.form_id = g.form_id and e.period_start = g.period_start
      and e.member_id = g.member_id
    where (e.member_id is not null or not g.is_expected)
      and (g.reason is not null or (g.form_state = 'published' and g.current_version = g.form_version))
  ),
  former as materialized (
    select r.i, s.*
    from ready r
    join submissions s on s.org_id = org and s.form_id = r.form_id and s.period_start = r.period_start
      and s.member_id = r.member_id and s.revision = r.revision - 1
    where r.revision > 1
  ),
  -- First the expectation, then the submission: two filings of one person queue here and cannot lock each other out.
  marked as (
    update expectations e set filed_at = r.at
    from ready r
    where e.org_id = org and e.form_id = r.form_id and e.period_start = r.period_start and e.member_id = r.member_id
      and e.filed_at is null
    returning r.i
  ),
  saved as (
    insert into submissions as s (org_id, form_id, period_start, member_id, id, number, revision, form_version,
      department_id, answers, carried, facets, is_abnormal, filed_by, reason, filed_at, revised_at)
    select org, r.form_id, r.period_start, r.member_id, r.id, r.number, r.revision, r.form_version,
      coalesce(r.department_id, 0), decode(r.answers, 'base64'), r.carried, r.facets, r.is_abnormal, r.filed_by,
      r.reason, r.at, r.at
    from ready r
    left join marked m on m.i = r.i
    left join former f on f.i = r.i
    where r.revision = 1 or f.i is not null
    on conflict (org_id, form_id, period_start, member_id) do update set
      revision = excluded.revision, form_version = excluded.form_version, answers = excluded.answers,
      carried = excluded.carried, facets = excluded.facets, is_abnormal = excluded.is_abnormal,
      filed_by = excluded.filed_by, reason = excluded.reason, revised_at = excluded.revised_at
      where s.revision = excluded.revision - 1
    returning s.form_id, s.period_start, s.member_id, s.id, s.number, s.revision, s.filed_at
  ),
  kept as (
    insert into submission_revisions (org_id, form_id, period_start, member_id, revision, form_version, answers,
      facets, is_abnormal, filed_by, reason, filed_at)
    select org, f.form_id, f.period_start, f.member_id, f.revision, f.form_version, f.answers, f.facets,
      f.is_abnormal, f.filed_by, f.reason, f.revised_at
    from former f
    join saved s on s.form_id = f.form_id and s.period_start = f.period_start and s.member_id = f.member_id
    on conflict do nothing
  ),
  done as materialized (
    select r.*, s.id as saved_id, s.number as saved_number, s.filed_at as first_at,
      m.i is not null as is_first, coalesce(f.is_abnormal, false) as was_abnormal
    from saved s
    join ready r on r.form_id = s.form_id and r.period_start = s.period_start and r.member_id = s.member_id
    left join marked m on m.i = r.i
    left join former f on f.i = r.i
  ),
  -- Folded over the call: a crowd of one org costs one row per department, not one per person.
  counted as (
    insert into completeness_counters as c
      (org_id, form_id, period_start, department_id, stripe, collected, abnormal, last_filed_at)
    select org, d.form_id, d.period_start, place, stripe, count(*) filter (where d.is_first),
      sum(d.is_abnormal::integer - d.was_abnormal::integer), max(d.at)
    from done d, unnest(0::bigint || d.department_path) as place
    where d.department_path is not null
    group by d.form_id, d.period_start, place
    order by d.form_id, d.period_start, place
    on conflict (org_id, form_id, period_start, department_id, stripe) do update set
      collected = c.collected + excluded.collected, abnormal = c.abnormal + excluded.abnormal,
      last_filed_at = greatest(c.last_filed_at, excluded.last_filed_at)
  ),
  emitted as (
    insert into outbox (org_id, id, job, payload, dedup_key, created_at, available_at)
    select org, j.id, j.job, j.payload, j.dedup_key, d.at, j.available_at
    from done d,
      json_to_recordset(d.jobs) as j (id uuid, job text, payload jsonb, dedup_key text, available_at timestamptz)
    where d.jobs is not null
    on conflict do nothing
  )
  select g.i,
    case
      when d.i is not null then 'saved'
      when r.i is not null then 'again'
      when g.form_state is distinct from 'published' and g.reason is null then 'ended'
      when g.current_version <> g.form_version and g.reason is null then 'stale'
      else 'unexpected'
    end,
    d.saved_id, d.saved_number, d.revision, d.first_at
  from given g
  left join ready r on r.i = g.i
  left join done d on d.i = g.i;
end $$;
