-- Endpoints of the government as data (Z-44, R-20): each answers for a region, and for the organisations in it that have none
-- nearer. The one of nil is the one of the environment, for everybody else. System tables: addresses and states, no person.
create table government_endpoints (
  id               uuid primary key,
  name             text not null,
  address          text,
  key_id           text,
  -- Sealed. What signs: of hmac-sha256 the secret, of sm2-sm3 our private key.
  secret           bytea,
  -- Of sm2-sm3: the receiver's public key.
  receiver_key     text,
  signature        text not null default 'hmac-sha256',
  -- 0 for no limit.
  calls_per_second integer not null default 0,
  mode             text not null default 'idempotent',
  region           text,
  state            text not null default 'active',
  -- Changes with every change of what the calls are made by.
  revision         integer not null default 1,
  paused_at        timestamptz,
  pause_reason     text,
  -- How its last calls went: failures in a row, of one organisation after another, and when one is tried next while it rests.
  failures         integer not null default 0,
  failed_org       uuid,
  failed_at        timestamptz,
  failure          text,
  next_try_at      timestamptz,
  answered_at      timestamptz,
  -- Told to the operator that what it is owed waits too long.
  overdue_since    timestamptz,
  tested_at        timestamptz,
  test_outcome     text,
  constraint government_endpoints__of_data check (id = '00000000-0000-0000-0000-000000000000'
    or (address is not null and key_id is not null and secret is not null and region is not null)),
  constraint government_endpoints__signature check (signature in ('hmac-sha256', 'sm2-sm3')),
  constraint government_endpoints__mode check (mode in ('idempotent', 'ask-before-resend')),
  constraint government_endpoints__region check (region ~ '^[0-9]{6}$'),
  constraint government_endpoints__state check (state in ('active', 'retired'))
);
create unique index government_endpoints__of_region on government_endpoints (region) where state = 'active';
insert into government_endpoints (id, name) values ('00000000-0000-0000-0000-000000000000', 'default');

-- The endpoint of an organisation by its region: that of the smallest area around it that has one.
create function endpoint_of(region text) returns uuid language sql stable as $$
  select coalesce(
    (select e.id from government_endpoints e
     where e.state = 'active' and e.region = any (array[left($1, 6), left($1, 4) || '00', left($1, 2) || '0000'])
     -- Of a line of areas the smaller has the higher code.
     order by e.region desc limit 1),
    '00000000-0000-0000-0000-000000000000')
$$;

-- Whom a report was made for: it stays with that endpoint.
alter table reports add column endpoint_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table daily_run_orgs add column endpoint_id uuid;

-- Nobody knows whether an endpoint that does not drop repeated keys took it (R-17): it waits for its list, or for a person.
-- `trying_since`: a call is under way, or was when its worker was killed.
alter table reports add column trying_since timestamptz;
alter table reports drop constraint reports__state;
alter table reports add constraint reports__state
  check (state in ('queued', 'retrying', 'parked', 'delivered', 'refused'));
drop index reports__open;
create index reports__open on reports (org_id, kind, sequence) where state in ('queued', 'retrying', 'parked');

create table parked_reports (
  org_id      uuid not null,
  report_id   uuid not null,
  endpoint_id uuid not null,
  kind        text not null,
  day         date not null,
  sequence    integer not null,
  parked_at   timestamptz not null,
  -- When the receiver's list was last read and did not have it.
  absent_at   timestamptz,
  primary key (org_id, report_id)
);
create index parked_reports__endpoint on parked_reports (endpoint_id, day);

alter table reconciliations add column endpoint_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table reconciliations drop constraint reconciliations__day;
alter table reconciliations add constraint reconciliations__day unique (day, endpoint_id);

-- As in 0081; the report remembers its endpoint, and one that is parked is open.
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
  endpoint uuid;
  numbers jsonb;
begin
  select f.id into form from forms f where f.org_id = org and f.template_id = template and f.state = 'published';
  if form is null then return query select 'form-missing', 0, null::jsonb, '', '', false; return; end if;
  perform pg_advisory_xact_lock(hashtextextended(org::text || report_kind, 0));
  open_before := exists (select from reports r
    where r.org_id = org and r.kind = report_kind and r.state in ('queued', 'retrying', 'parked'));
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
  select endpoint_of(o.region) into endpoint from orgs o where o.id = org;
  insert into reports (org_id, id, kind, sequence, day, counts, org_name, made_at, made_by, daily_run_id, endpoint_id)
    select org, report_id, report_kind, next, report_day, '{}', o.name, now, member, run, endpoint
    from orgs o where o.id = org;

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
    values (org, outbox_id, 'reports.deliver', jsonb_build_object('orgId', org, 'kind', report_kind,
      'endpointId', endpoint), report_kind, now, deliver_at)
    on conflict (org_id, job, dedup_key) do update set generation = o.generation + 1, attempts = 0, relayed_at = null,
      available_at = least(o.available_at, excluded.available_at);
  return query select 'made', next, numbers, o.name, o.corp_id, not open_before from orgs o where o.id = org;
end $$;

-- As in 0081; the run notes whom each report is for.
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
      endpoint_id = (select r.endpoint_id from reports r where r.org_id = org_ids[n] and r.id = report_ids[n]),
      changed_at = now
    where d.org_id = org_ids[n] and d.run_id = run;
    continue when made.outcome <> 'made';
    sequence := made.sequence; counts := made.counts; org_name := made.org_name; corp_id := made.corp_id;
    is_next := made.is_next;
    return next;
  end loop;
end $$;
