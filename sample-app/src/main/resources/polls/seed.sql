-- 300 polls, one for each event and place. They close a day apart: the first 100 have
-- closed, 200 are open. Nothing happens to tables that have rows.
insert into poll (id, question, opens_at, closes_at, state)
select id, question, closes_at - interval '365' day, closes_at,
	case when closes_at > current_timestamp then 'OPEN' else 'CLOSED' end
from (select event.id * 20 + place.id as id, 'Shall the ' || event.name || ' be in ' || place.name || '?'
		as question,
	date_trunc('hour', current_timestamp) + (event.id * 20 + place.id - 100) * interval '1' day
		+ interval '12' hour as closes_at
from (values (0, 'spring fair'), (1, 'book market'), (2, 'chess tournament'), (3, 'choir festival'),
		(4, 'night run'), (5, 'film week'), (6, 'flea market'), (7, 'harvest dance'),
		(8, 'kite day'), (9, 'open air theatre'), (10, 'science evening'), (11, 'sailing race'),
		(12, 'summer school'), (13, 'winter games'), (14, 'youth parliament')) as event (id, name)
	cross join (values (0, 'Aarhus'), (1, 'Bergen'), (2, 'Cork'), (3, 'Delft'), (4, 'Evora'),
		(5, 'Faro'), (6, 'Ghent'), (7, 'Haarlem'), (8, 'Innsbruck'), (9, 'Jena'),
		(10, 'Kaunas'), (11, 'Linz'), (12, 'Modena'), (13, 'Nantes'), (14, 'Odense'),
		(15, 'Porto'), (16, 'Riga'), (17, 'Siena'), (18, 'Tartu'), (19, 'Uppsala')) as place (id, name)) as polls
where not exists (select 1 from poll);

insert into choice (poll_id, answer, votes)
select poll.id, answer.name, mod(poll.id * 37 + answer.id * 101, 400)
from poll cross join (values (1, 'yes'), (2, 'no'), (3, 'I do not mind')) as answer (id, name)
where not exists (select 1 from choice);

insert into database_check (checked_at)
select current_timestamp
where not exists (select 1 from database_check);

insert into digest (sent_at, fence)
select timestamp with time zone '2000-01-01 00:00:00+00:00', 0
where not exists (select 1 from digest);
