-- A team its main admin has dissolved: nobody is in it any more; what was written in it is deleted some time later.
alter table orgs add column dissolved_at timestamptz;
create index orgs__dissolved on orgs (dissolved_at) where dissolved_at is not null;
-- Whose text it is: one of a team that is gone is not sent.
alter table sms_queue add column org_id uuid references orgs (id) on delete cascade;
-- Everybody's settings go with his place in the org, thousands at a time.
create index conversation_settings__user on conversation_settings (org_id, userid);
