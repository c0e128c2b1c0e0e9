-- Texts sent as reminders cost what codes cost, and count in the same budget (Z-33, S-18): how many, by minute and org. No
-- person, no phone.
create table sms_reminders (
  at_minute timestamptz not null,
  org_id    uuid not null,
  texts     integer not null,
  primary key (at_minute, org_id)
);
