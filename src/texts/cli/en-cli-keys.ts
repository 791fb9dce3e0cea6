/** What `gatehouse keys …` says to the operator. */
export const cliKeys = {
  'cli.keys': 'signing keys and master keys',
  'cli.keys.status': 'say which keys there are, since when and until when, and what each master key still holds',
  'cli.keys.rotate': 'publish the next signing keys; the rest follows by itself',
  'cli.keys.rotate.now': 'replace the signing keys at once, because somebody else may have one',
  'cli.keys.rotate.confirm': 'with --now: yes, what they signed is to stop verifying',
  'cli.keys.rotate.master': 'make a new master key in the data folder instead',
  'cli.keys.forget': 'remove master keys from the data folder that hold nothing any longer',

  'cli.keys.begun':
    'The next signing keys are published. They sign from {from} on. Those that sign now are published until {until}, then their private halves are removed. The service does all this while it runs; applications that read keys as they should notice nothing.',
  'cli.keys.under-way':
    'A rotation is under way already and goes on as it was: the next signing keys sign from {from} on, those that sign now are published until {until}.',
  'cli.keys.unconfirmed':
    'This replaces the signing keys at once. Every ID token, logout token and signed access token from before stops verifying, here at once and at applications when they read the keys again, within {minutes} minutes where they do as they are told. An application that keeps keys for longer refuses logins until it reads them again; some have to be started anew. Sessions and refresh tokens go on. Run it with --now --confirm when a key is known to somebody else; else “gatehouse keys rotate” does it without anybody noticing.',
  'cli.keys.replaced':
    'New signing keys sign from now on; {removed, plural, one {# other was} other {# others were}} removed with what could verify by them. Tokens from before stop verifying: here now, at applications when they read the keys again, within {minutes} minutes where they do as they are told. Start those anew that refuse logins for longer. Then look at the audit log for what was done with tokens you did not issue.',
  'cli.keys.master':
    'A new master key ({key}) is in {file}, behind the one in use. Copy the file to where its copy is kept, then start the service anew: from then on it seals by the new key, and seals over what the old one sealed. “gatehouse keys status” says when the old one is unused.',
  'cli.keys.given':
    'The master key is given by GATEHOUSE_MASTER_KEY. Make one with “openssl rand -base64 32”; list it last and start every server anew; then list it first and start every server anew. “gatehouse keys status” says when the old one is unused and may be left out.',
  'cli.keys.forget.given':
    'The master keys are given by GATEHOUSE_MASTER_KEY: leave out there what “gatehouse keys status” calls unused, and start every server anew.',
  'cli.keys.still-used':
    'An older master key is still needed. The service seals over what it holds while it runs: “gatehouse keys status” says how much is left.',
  'cli.keys.forgotten':
    'Removed from {file}: {keys}. Keep {count, plural, one {it} other {them}} with the backups of before, which nothing else opens.',

  'cli.keys.signing': 'Signing keys',
  'cli.keys.state.next': '{algorithm}  next     {kid}  published since {since}, signs from {until} on',
  'cli.keys.state.signing': '{algorithm}  signing  {kid}  since {since}',
  'cli.keys.state.old': '{algorithm}  old      {kid}  signed until {since}, is published until {until}',
  'cli.keys.masters': 'Master keys',
  'cli.keys.master.newest':
    '{key}  newest  {count, plural, =0 {no values} one {# value} other {# values}}, what is sealed is sealed by it',
  'cli.keys.master.next': '{key}  next    the newest from the next start of the service on',
  'cli.keys.master.older': '{key}  older   {count, plural, =0 {no values} one {# value} other {# values}}',
  'cli.keys.master.moved': '{count, plural, one {# value was} other {# values were}} sealed over to it so far.',
  'cli.keys.master.used': 'Still needed: the service seals over what it holds while it runs.',
  'cli.keys.master.unused.folder': 'Unused: remove it with “gatehouse keys forget”.',
  'cli.keys.master.unused.given': 'Unused: leave it out of GATEHOUSE_MASTER_KEY.',
  'cli.keys.master.alike':
    'What it sealed cannot be told apart from what another listed key sealed: make another key instead of the newer one.',
  'cli.keys.closed':
    '{count, plural, one {# value was} other {# values were}} sealed by a master key that is not listed here.',
};
