-- An invitation ends by itself, and an admin ends it earlier (S-83). Those that are out get their days from now on.
alter table orgs add column join_expires_at timestamptz; -- null: taken back, until it is renewed
update orgs set join_expires_at = now() + interval '7 days';
