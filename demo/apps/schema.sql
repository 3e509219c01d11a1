-- A help desk as applications have it: the status of a ticket is a VARCHAR with a CHECK.
CREATE TABLE tickets (
    id integer PRIMARY KEY,
    title text NOT NULL,
    status varchar(20) NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'open', 'on hold', 'closed')));
CREATE INDEX tickets_status ON tickets (status);
INSERT INTO tickets VALUES
    (1, 'The printer is on fire', 'open'), (2, 'No mail since Monday', 'open'), (3, 'A new keyboard, please', 'new'),
    (4, 'Where is the meeting?', 'closed');
