-- A person's index of orgs is also read from the org's side, thousands of members at a time.
create index person_orgs__member on person_orgs (org_id, userid);
-- Admins are told of every step of an import: they are found without reading everybody.
create index members__admins on members (org_id, userid) where role <> 'none';
-- A person who is nobody's member any more goes: looked for in one index, not in the members of every org.
create index members__of_person on members (person_id);
-- Nearly the primary key, and those below one are found by departments__name_per_parent.
drop index departments__children;
