-- Filing for somebody without a phone (Z-34, Z-35). Whoever files for another is `filed_by`, as an admin who corrects
-- already was; `way` says how it came about. Null: the person's own device, or a correction, which has a reason.
alter table submissions add column way text;
alter table submission_revisions add column way text;
-- Not valid: the rows there are have none, and reading them all would hold up the filings of a live database.
alter table submissions add constraint submissions__way check (way in ('head', 'admin', 'kiosk')) not valid;
alter table submission_revisions add constraint submission_revisions__way
  check (way in ('head', 'admin', 'kiosk')) not valid;

-- Whom the person told the decision to, when he did not take it on a device of his own.
alter table consents add column told_by uuid;

-- As before (0018), and keeps the way.
create or replace function file_submissions(filings json, stripe smallint)
returns table (i integer, outcome text, submission_id uuid, number text, revision integer, filed_at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  org uuid;
  g record;
  form record;
  place record;
  former record;
  saved record;
  is_first boolean;
  was_abnormal boolean;
  -- What the totals of this org move by, folded: a crowd of one org costs one row per department.
  moved_forms uuid[] := '{}';
  moved_periods date[] := '{}';
  moved_places bigint[] := '{}';
  moved_collected integer[] := '{}';
  moved_abnormal integer[] := '{}';
  path bigint[];
  last_at timestamptz;
begin
  for g in
    select * from json_to_recordset(filings) as given (
      i integer, org_id uuid, form_id uuid, period_start date, member_id uuid, id uuid, number text, revision integer,
      form_version integer, answers text, carried text[], facets integer[], is_abnormal boolean,
      filed_by uuid, way text, reason text, at timestamptz, is_expected boolean, jobs json,
      notice text, notice_version integer, purposes text[])
  loop
    if g.org_id is distinct from org then
      perform move_totals(org, moved_forms, moved_periods, moved_places, moved_collected, moved_abnormal, stripe, last_at);
      moved_forms := '{}'; moved_periods := '{}'; moved_places := '{}'; moved_collected := '{}'; moved_abnormal := '{}';
      last_at := null;
      org := g.org_id;
      execute format('set local app.org_id = %L', org);
    end if;
    i := g.i;
    submission_id := null; number := null; revision := null; filed_at := null;

    -- A correction (it has a reason) may come after the end and keeps the version the answers were given to.
    if g.reason is null then
      select f.state, f.version into form from forms f where f.org_id = org and f.id = g.form_id;
      outcome := case when form.state is distinct from 'published' then 'ended'
        when form.version <> g.form_version then 'stale' end;
      if outcome is not null then
        return next;
        continue;
      end if;
    end if;

    if not has_consented(org, g.member_id, g.notice, g.notice_version, g.purposes) then
      outcome := 'unconsented';
      return next;
      continue;
    end if;

    -- First the expectation, then the submission: two filings of one person queue here and cannot lock each other out,
    -- and nobody can be taken off the list between the look and the mark.
    select e.department_id, e.department_path, e.filed_at into place from expectations e
    where e.org_id = org and e.form_id = g.form_id and e.period_start = g.period_start and e.member_id = g.member_id
    for update;
    if not found and g.is_expected then
      outcome := 'unexpected';
      return next;
      continue;
    end if;
    is_first := place.department_path is not null and place.filed_at is null;

    was_abnormal := false;
    if g.revision > 1 then
      select s.form_version, s.answers, s.facets, s.is_abnormal, s.filed_by, s.way, s.reason, s.revised_at
        into former
      from submissions s
      where s.org_id = org and s.form_id = g.form_id and s.period_start = g.period_start
        and s.member_id = g.member_id and s.revision = g.revision - 1;
      if not found then
        outcome := 'again';
        return next;
        continue;
      end if;
      was_abnormal := former.is_abnormal;
    end if;

    insert into submissions as s (org_id, form_id, period_start, member_id, id, number, revision, form_version,
      department_id, answers, carried, facets, is_abnormal, filed_by, way, reason, filed_at, revised_at)
    values (org, g.form_id, g.period_start, g.member_id, g.id, g.number, g.revision, g.form_version,
      coalesce(place.department_id, 0), decode(g.answers, 'base64'), g.carried, g.facets, g.is_abnormal, g.filed_by,
      g.way, g.reason, g.at, g.at)
    on conflict (org_id, form_id, period_start, member_id) do update set
      revision = excluded.revision, form_version = excluded.form_version, answers = excluded.answers,
      carried = excluded.carried, facets = excluded.facets, is_abnormal = excluded.is_abnormal,
      filed_by = excluded.filed_by, way = excluded.way, reason = excluded.reason, revised_at = excluded.revised_at
      where s.revision = excluded.revision - 1
    returning s.id, s.number, s.revision, s.filed_at into saved;
    if not found then
      outcome := 'again';
      return next;
      continue;
    end if;

    if is_first then
      insert into expectations as e (org_id, form_id, period_start, member_id, department_id, department_path, filed_at)
      values (org, g.form_id, g.period_start, g.member_id, place.department_id, place.department_path, g.at)
      on conflict (org_id, form_id, period_start, member_id) do update set filed_at = excluded.filed_at;
    end if;
    if g.revision > 1 then
      insert into submission_revisions (org_id, form_id, period_start, member_id, revision, form_version, answers,
        facets, is_abnormal, filed_by, way, reason, filed_at)
      values (org, g.form_id, g.period_start, g.member_id, g.revision - 1, former.form_version, former.answers,
        former.facets, former.is_abnormal, former.filed_by, former.way, former.reason,
        former.revised_at);
    end if;

    -- Those nobody expected are stored and not counted.
    if place.department_path is not null and (is_first or g.is_abnormal <> was_abnormal) then
      path := 0::bigint || place.department_path;
      moved_forms := moved_forms || array_fill(g.form_id, array[cardinality(path)]);
      moved_periods := moved_periods || array_fill(g.period_start, array[cardinality(path)]);
      moved_places := moved_places || path;
      moved_collected := moved_collected || array_fill(is_first::integer, array[cardinality(path)]);
      moved_abnormal := moved_abnormal || array_fill(
        g.is_abnormal::integer - was_abnormal::integer, array[cardinality(path)]);
      last_at := greatest(last_at, g.at);
    end if;

    if g.jobs is not null then
      insert into outbox (org_id, id, job, payload, dedup_key, created_at, available_at)
      select org, j.id, j.job, j.payload, j.dedup_key, g.at, j.available_at
      from json_to_recordset(g.jobs) as j (id uuid, job text, payload jsonb, dedup_key text, available_at timestamptz)
      on conflict do nothing;
    end if;

    outcome := 'saved';
    submission_id := saved.id; number := saved.number; revision := saved.revision; filed_at := saved.filed_at;
    return next;
  end loop;

  perform move_totals(org, moved_forms, moved_periods, moved_places, moved_collected, moved_abnormal, stripe, last_at);
end $$;
