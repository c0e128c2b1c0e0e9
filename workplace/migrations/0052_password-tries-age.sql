-- Each try forgets the tries of yesterday: found by their age, not by reading all of today's on a busy morning.
create index password_tries__age on password_tries (last_at);
