-- Two admins who change the same department: the second is told, instead of undoing what the first did.
alter table departments add column version integer not null default 1;
