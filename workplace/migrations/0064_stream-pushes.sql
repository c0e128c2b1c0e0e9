-- The third push style: events go down a web socket the suite opened with a ticket.
alter table push_deliveries drop constraint push_deliveries_style_check;
alter table push_deliveries add constraint push_deliveries_style_check check (style in ('synchttp', 'legacy', 'stream'));

create table stream_tickets (
  ticket_hash text primary key,
  suite_id    text not null,
  expires_at  timestamptz not null
);
