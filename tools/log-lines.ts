/** What each line of the log means and what to do. The keys are the messages in the code. */
export const LOG_LINES: Readonly<Record<string, string>> = {
  ready: 'The server listens: `url`, `host`, `port`.',
  stopping: 'It was asked to stop: [Health and stopping](../guides/operate.md#health-and-stopping).',
  'the database was migrated': 'At the start; `applied` names the migrations.',
  'a server process ended; starting another':
    'One of several (`GATEHOUSE_WORKERS`). With `signal` `SIGKILL` it was probably out of memory; else a `fault` stands before it.',
  'request completed':
    'One for each request but those of health checks and scrapes: `req.method`, `req.route` (the pattern, never the address), `res.status`, `responseTime` in milliseconds, `trace_id` where it is [traced](../guides/operate.md#traces).',
  'request errored': 'The answer could not be sent; most often the browser went away.',
  refused:
    'A request was refused: `code` is one of [these](errors.md), `detail` says more. Of floods only the first lines are written.',
  fault: 'A fault of ours, with its cause in `err`. Please report it.',
  'fault in the OpenID Provider': 'As `fault`, in a request of an application.',
  'fault in the direct way': 'As `fault`; the request was answered by the library instead.',
  'the request could not be written':
    'The database did not take what a request of an application writes; it was answered 503.',
  'a refused request could not be recorded': 'The answer stands; the application’s owner does not see it.',
  'sessions that are too many were not ended': 'The user’s next login ends them.',
  'whether applications that nobody registered are taken could not be read':
    'The discovery document leaves them out until it can be read.',
  'changed applications and signing keys are noticed after five seconds only':
    'The database could not be listened to; it is tried again.',
  'the signing keys could not be read': 'Those read before go on signing; they are read again every five seconds.',
  'the signing keys could not be read for an hour: nothing is signed or published':
    'Another server may have changed them meanwhile. It goes on once the database answers.',
  'this server could not be noted for the system page': 'It is tried again in a minute; logins do not need it.',
  'the note of this server stays':
    'It stopped while the database was away: *System* shows it until it is forgotten after 7 days.',
  'a login was refused': 'The page shows the same `reference`; *Why?* in the console and the audit event have it too.',
  'a login at a provider failed':
    '`code` is explained in [What failed logins say](diagnosis.md); `providerCode` and `correlationId` are the provider’s. *Why?* with the `reference` tells the login step by step.',
  'a provider is asked once more': 'It refused what was asked and is asked otherwise; nothing to do.',
  'provider not usable': 'A person could not be sent to the identity provider: `code`, `detail`.',
  'a callback that belongs to no login here':
    'An identity provider’s answer that is repeated, too late, or made up. Many of them: look at who sends them.',
  'a logout token was refused': 'An identity provider’s back-channel logout: `code` says why.',
  'a code was not mailed': 'After setup; its page offers to send it again.',
  'what follows a step was not done': 'A login went on, but what follows (a mail, as a rule) was not done.',
  'a job failed': '`kind`, `attempts`; `dueAt` is when it runs again, null when it was given up.',
  'the result of a job was not stored; it runs again': 'The database was away when the job was done.',
  'jobs could not be claimed; it is tried again': 'The database does not answer.',
  'jobs start at the next poll only':
    'The database could not be listened to: background work begins up to 5 seconds later.',
  'the leases of running jobs were not renewed':
    'The database does not answer; after a minute another server runs them too.',
  'a mail was not taken': '`code` and `said` are the mail server’s; `final` tells that it is not tried again.',
  'the mail server takes no mail; the outbox waits':
    '`code` says what is wrong: the address, the login, the certificate. Tried again at `until`.',
  'the mail server takes mails again': 'Those that waited are sent now.',
  'waiting mails were not woken; each is tried at its own time': 'The database was away; nothing is lost.',
  'a check of domains was discarded; it is repeated in an hour':
    '`why`: so many domains changed at once, or no resolver worked, that a fault of DNS is likelier. No domain is lost by it.',
  'the database offers no TLS: its connections are not encrypted':
    'See [Encryption](../guides/operate.md#encryption-on-the-way-to-the-database).',
  'an idle database connection was lost': 'Another is opened. Many at a time: the database was restarted.',
  'the migrating connection was lost': 'While the database was migrated; start again.',
  'the listening database connection was lost':
    'It is opened again; until then changes are noticed a few seconds later.',
  'the embedded database was lost and is back': 'It was ended by somebody, or for want of memory.',
  'the embedded database is lost and did not come back':
    'Stop Gatehouse, look at the database’s own log in the data folder.',
  'the disk of the data folder is nearly full': 'Every minute while less than 1 GB is free.',
  'the disk cannot be looked at': 'The data folder is not readable any more.',
  'a fact for the metrics could not be read': '`reading` says which; its metrics are absent: [Metrics](metrics.md).',
  'traces are not taken; those that do not fit are dropped':
    'The receiver of [traces](../guides/operate.md#traces) does not answer in time or refuses: `code` is its status or what the system said. Said once; requests do not wait for it.',
  'traces are taken again': 'What was dropped meanwhile is in no trace.',
  'a scrape could not be answered': 'A fault of ours, with its cause in `err`.',
};
