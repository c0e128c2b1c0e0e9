-- Quiet hours a person sets for himself (Z-33): what can wait for him waits until they end.
alter table notification_choices
  add column quiet_from text,
  add column quiet_to text,
  add constraint notification_choices__quiet check ((quiet_from is null) = (quiet_to is null));

-- People of a push who are not to be woken get batches of their own, held until then.
alter table push_batches add column not_before timestamptz;
