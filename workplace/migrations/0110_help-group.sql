-- One group of an org is where its people ask for help (Z-11).
alter table conversations add column is_help boolean not null default false;
create unique index conversations__help on conversations (org_id) where is_help;
