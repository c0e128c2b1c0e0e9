-- People of other teams, named by phone, whom an admin asks to join (Z-10).
create table team_invitations (
  org_id     uuid not null references orgs (id) on delete cascade,
  id         uuid not null,
  phone      text not null,
  name       text not null,
  invited_by text not null,
  state      text not null default 'waiting' check (state in ('waiting', 'accepted', 'declined', 'revoked')),
  invited_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  primary key (org_id, id)
);
create unique index team_invitations__one_waiting on team_invitations (org_id, phone) where state = 'waiting';

alter table team_invitations enable row level security;
alter table team_invitations force row level security;
create policy team_invitations__own_org on team_invitations
  using (org_id = nullif(current_setting('app.org_id', true), '')::uuid);

-- Where an invited phone finds its invitations, over all orgs; what they say stands with the org.
create table invited_phones (
  phone         text not null,
  org_id        uuid not null,
  invitation_id uuid not null,
  invited_at    timestamptz not null,
  primary key (phone, org_id, invitation_id),
  foreign key (org_id, invitation_id) references team_invitations (org_id, id) on delete cascade
);
create index invited_phones__latest on invited_phones (phone, invited_at desc);
