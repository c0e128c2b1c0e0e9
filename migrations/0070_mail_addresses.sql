-- A mail address its owner has confirmed (Z-33, Z-36): reminders and links to exports may go there. Sealed, with a keyed
-- hash by which all who share an address are found when the mail server says there is none.
create table mail_addresses (
  org_id       uuid not null,
  member_id    uuid not null,
  address      bytea not null,
  address_hash bytea not null,
  -- What is written to it is written in this language.
  locale       text not null,
  confirmed_at timestamptz not null,
  -- The mail server said that there is no such mailbox.
  refused_at   timestamptz,
  primary key (org_id, member_id),
  foreign key (org_id, member_id) references members (org_id, id),
  constraint mail_addresses__locale check (locale in ('zh-CN', 'en'))
);
create index mail_addresses__hash on mail_addresses (org_id, address_hash);
select protect_tenant_table('mail_addresses');

-- Codes that go by mail stand beside those that go by SMS, under the same limits.
alter table sms_codes drop constraint sms_codes__channel;
alter table sms_codes add constraint sms_codes__channel check (channel in ('sms', 'mail', 'workplace', 'none'));
create index sms_codes__mailed on sms_codes (sent_at) where channel = 'mail';
