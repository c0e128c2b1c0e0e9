-- Whether somebody was asked a short time ago.
create index team_invitations__phone on team_invitations (org_id, phone, invited_at);
