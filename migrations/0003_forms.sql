-- Forms, what was expected, what was filed (Z-30 to Z-38). Answers are sealed before they get here (X-02); facets and
-- findings are small integers only the form version can read.

create table forms (
  org_id        uuid not null references orgs (id),
  id            uuid not null,
  template_id   text,
  period_kind   text not null,
  state         text not null default 'published',
  version       integer not null default 1,
  settings      jsonb not null,
  -- Unguessable part of the link that anyone may fill by.
  link_token    text not null,
  published_by  uuid not null,
  published_at  timestamptz not null,
  ended_at      timestamptz,
  primary key (org_id, id),
  constraint forms__state check (state in ('published', 'ended')),
  constraint forms__period_kind check (period_kind in ('once', 'day', 'month', 'year'))
);

-- One form of a template at a time; after it has ended the template may be published anew.
create unique index forms__template on forms (org_id, template_id) where state = 'published';

create table form_versions (
  org_id     uuid not null references orgs (id),
  form_id    uuid not null,
  version    integer not null,
  definition jsonb not null,
  made_at    timestamptz not null,
  primary key (org_id, form_id, version),
  foreign key (org_id, form_id) references forms (org_id, id)
);

-- System table: finds the org and form behind an open link before any org is known. Ids only.
create table form_links (
  link_token text primary key,
  org_id     uuid not null,
  form_id    uuid not null
);

-- System table: what is due when, over all orgs, so that one tick reads only due rows. Ids only.
create table due_sends (
  org_id       uuid not null,
  form_id      uuid not null,
  kind         text not null,
  -- The send this step belongs to (its planned moment).
  send_at      timestamptz not null,
  due_at       timestamptz not null,
  primary key (org_id, form_id, kind, send_at),
  constraint due_sends__kind check (kind in ('send', 'remind-members', 'remind-heads', 'open-period'))
);
create index due_sends__due on due_sends (due_at);

-- The rows below are partitioned by month of the period; once-only forms live in the partition of the year 2000.
create table submissions (
  org_id        uuid not null,
  form_id       uuid not null,
  period_start  date not null,
  member_id     uuid not null,
  id            uuid not null,
  number        text not null,
  revision      integer not null default 1,
  form_version  integer not null,
  -- Where the person counted at the first filing; 0 for guests and others who were not expected.
  department_id bigint not null,
  answers       bytea not null,
  carried       text[] not null default '{}',
  facets        integer[] not null,
  is_abnormal   boolean not null,
  -- Who made this revision: the member, or the admin who corrected it for a reason.
  filed_by      uuid not null,
  reason        text,
  filed_at      timestamptz not null,
  revised_at    timestamptz not null,
  primary key (org_id, form_id, period_start, member_id)
) partition by range (period_start);
create index submissions__abnormal on submissions (org_id, form_id, period_start, member_id) where is_abnormal;
create index submissions__member on submissions (org_id, member_id, filed_at desc);
-- A number begins with the day and the kind of its period, so that uniqueness here is uniqueness in the org. Facets
-- need no index of their own: every question about them is about one form and period, which the primary key finds.
create unique index submissions__number on submissions (org_id, period_start, number);

create table submission_revisions (
  org_id       uuid not null,
  form_id      uuid not null,
  period_start date not null,
  member_id    uuid not null,
  revision     integer not null,
  form_version integer not null,
  answers      bytea not null,
  facets       integer[] not null,
  is_abnormal  boolean not null,
  filed_by     uuid not null,
  reason       text,
  filed_at     timestamptz not null,
  primary key (org_id, form_id, period_start, member_id, revision)
) partition by range (period_start);

-- Who was expected, where they stood that day, and whether they filed: the board of yesterday is this.
create table expectations (
  org_id        uuid not null,
  form_id       uuid not null,
  period_start  date not null,
  member_id     uuid not null,
  department_id bigint not null,
  -- From the root to the department as the tree was then: the counters add up along it whatever moves later.
  department_path bigint[] not null,
  filed_at      timestamptz,
  reminded_at   timestamptz,
  primary key (org_id, form_id, period_start, member_id)
) partition by range (period_start);
create index expectations__missing on expectations (org_id, form_id, period_start, member_id) where filed_at is null;

-- Live totals per department; department 0 is the whole org. Striped, so that a thousand people filing at once do not
-- queue for one row: a total is the sum over the stripes.
create table completeness_counters (
  org_id        uuid not null,
  form_id       uuid not null,
  period_start  date not null,
  department_id bigint not null,
  stripe        smallint not null,
  expected      integer not null default 0,
  collected     integer not null default 0,
  abnormal      integer not null default 0,
  last_filed_at timestamptz,
  primary key (org_id, form_id, period_start, department_id, stripe)
);

create table form_periods (
  org_id       uuid not null,
  form_id      uuid not null,
  period_start date not null,
  opened_at    timestamptz not null,
  primary key (org_id, form_id, period_start)
);

-- Makes the monthly partitions of [first month, first month + months); safe to call again.
create function create_period_partitions(first_month date, months integer) returns void language plpgsql as $$
declare
  month date;
  parent text;
  part text;
begin
  foreach parent in array array['submissions', 'submission_revisions', 'expectations'] loop
    for i in 0 .. months - 1 loop
      month := (date_trunc('month', first_month) + make_interval(months => i))::date;
      part := parent || '_' || to_char(month, 'YYYYMM');
      if to_regclass(part) is null then
        begin
          execute format('create table %I partition of %I for values from (%L) to (%L)',
            part, parent, month, (month + interval '1 month')::date);
          perform protect_tenant_table(part::regclass);
        exception when check_violation then
          null; -- the month came before its partition did: its rows lie in the net below, and stay there
        end;
      end if;
    end loop;
  end loop;
end $$;

-- Once-only forms, and a net below everything else: a missing month slows a report, it loses nothing.
create table submissions_once partition of submissions for values from ('2000-01-01') to ('2000-02-01');
create table submission_revisions_once partition of submission_revisions for values from ('2000-01-01') to ('2000-02-01');
create table expectations_once partition of expectations for values from ('2000-01-01') to ('2000-02-01');
create table submissions_other partition of submissions default;
create table submission_revisions_other partition of submission_revisions default;
create table expectations_other partition of expectations default;

select protect_tenant_table('forms');
select protect_tenant_table('form_versions');
select protect_tenant_table('submissions');
select protect_tenant_table('submission_revisions');
select protect_tenant_table('expectations');
select protect_tenant_table('completeness_counters');
select protect_tenant_table('form_periods');
select protect_tenant_table(part) from unnest(array['submissions_once', 'submission_revisions_once', 'expectations_once',
  'submissions_other', 'submission_revisions_other', 'expectations_other']::regclass[]) as part;
