-- A person's own index of requests to join (Z-02), as person_orgs is of memberships: so that the waiting state is there
-- after the next sign-in, without a look into every org.
alter table join_requests drop constraint join_requests_state_check;
alter table join_requests add constraint join_requests__state
  check (state in ('waiting', 'approved', 'rejected', 'withdrawn'));

create table person_join_requests (
  person_id  uuid not null references persons (id) on delete cascade,
  org_id     uuid not null references orgs (id) on delete cascade,
  request_id uuid not null,
  state      text not null check (state in ('waiting', 'approved', 'rejected', 'withdrawn')),
  asked_at   timestamptz not null,
  decided_at timestamptz,
  seen_at    timestamptz, -- when the person was told of the decision
  primary key (person_id, org_id, request_id)
);

-- Row security would hide them from their owner, too.
alter table join_requests no force row level security;
insert into person_join_requests (person_id, org_id, request_id, state, asked_at)
  select person_id, org_id, id, state, asked_at from join_requests where state = 'waiting';
alter table join_requests force row level security;
