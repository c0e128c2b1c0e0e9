-- Of the sender's choosing: a file sent again under the same key, after a line that broke off, is the same file (R-07).
alter table files add column sent_as uuid;
create unique index files__sent_as on files (org_id, member_id, sent_as) where sent_as is not null;
