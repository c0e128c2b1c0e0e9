-- Reports to the government (Z-40 to Z-45): snapshots, in order per org and kind.

create table reports (
  org_id          uuid not null references orgs (id),
  id              uuid not null,
  kind            text not null,
  sequence        integer not null,
  day             date not null,
  counts          jsonb not null,
  -- As it was called then: a report sent again must be the same to the byte.
  org_name        text not null,
  made_at         timestamptz not null,
  made_by         uuid,
  daily_run_id    uuid,
  state           text not null default 'queued',
  attempts        integer not null default 0,
  next_attempt_at timestamptz,
  delivered_at    timestamptz,
  receipt_no      text,
  refusal         jsonb,
  primary key (org_id, id),
  constraint reports__sequence unique (org_id, kind, sequence),
  constraint reports__kind check (kind in ('employment', 'health')),
  constraint reports__state check (state in ('queued', 'retrying', 'delivered', 'refused'))
);
create index reports__open on reports (org_id, kind, sequence) where state in ('queued', 'retrying');
create index reports__run on reports (org_id, daily_run_id) where daily_run_id is not null;

-- Whose work-start registration a report carried; delivered with it, or free again when it was refused.
create table reported_registrations (
  org_id    uuid not null references orgs (id),
  member_id uuid not null,
  report_id uuid not null,
  primary key (org_id, member_id),
  foreign key (org_id, report_id) references reports (org_id, id)
);
create index reported_registrations__report on reported_registrations (org_id, report_id);

-- System tables: the automatic daily run over all orgs (Z-45). Ids and counts only.
create table daily_runs (
  id          uuid primary key,
  kind        text not null,
  day         date not null,
  started_at  timestamptz not null,
  finished_at timestamptz,
  constraint daily_runs__once unique (kind, day)
);
create table daily_run_orgs (
  org_id     uuid not null,
  run_id     uuid not null,
  state      text not null default 'waiting',
  report_id  uuid,
  reason     text,
  changed_at timestamptz not null,
  primary key (org_id, run_id),
  constraint daily_run_orgs__state check (state in ('waiting', 'delivered', 'refused', 'skipped'))
);
create index daily_run_orgs__run on daily_run_orgs (run_id, state, org_id);

select protect_tenant_table('reports');
select protect_tenant_table('reported_registrations');

-- Takes one snapshot of the org the transaction is bound to, with its outbox row, in one round trip (Z-44). Numbers of
-- one org and kind have no gap: the lock is held until the snapshot is committed or was never made. Outcomes:
--   made · form-missing · in-progress (only when `must_be_free`) · nothing-new
create function make_report(
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
