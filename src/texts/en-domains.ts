/** What a check of a domain found, and mails about domains. Read by whoever enters records for a domain. */
export const domains = {
  'domain-finding.verified': 'The record is there.',
  'domain-finding.held':
    'The record is there. The domain was entered through a setup link: it counts once the draft is turned on, or the domain is added here.',
  'domain-finding.confirming':
    'The record is there. A second answer a few minutes later verifies the domain; nothing to do.',
  'domain-finding.held-elsewhere':
    'The record is right, but another organization here has proved {domain} before. An administrator above both can move it.',
  'domain-finding.not-there':
    'The name servers of {domain} ({servers}) do not have the record yet. Save or publish the zone there.',
  'domain-finding.published-without':
    'The zone was published again (serial {serial, number, ::group-off}), but {servers} have no TXT record at {name}. Check its name and type.',
  'domain-finding.doubled':
    'The record is at {found}: twice the domain. Enter only “_gatehouse-challenge” as its name, without {domain}.',
  'domain-finding.elsewhere': 'The value was found at {found}. Move it to the name {name}.',
  'domain-finding.more-in-value': 'The value must be only the one above; yours also holds more: {value}',
  'domain-finding.incomplete': 'The value is incomplete: {value}. Copy the whole value again.',
  'domain-finding.differs': 'The value differs from the right one at character {position}: {value}. Copy it again.',
  'domain-finding.former-value': 'The value is from an earlier attempt: {value}. Put the new one.',
  'domain-finding.another-value': 'There is a TXT record at {name}, but with another value: {value}',
  'domain-finding.old-answer':
    'Your name servers are right. An old answer is remembered for up to {minutes, plural, one {# minute} other {# minutes}}; we check again by ourselves.',
  'domain-finding.remembered-absent':
    'Your name servers have it. Our resolver remembers for up to {minutes, plural, one {# minute} other {# minutes}} that it was absent; nothing to do, we check again by ourselves.',
  'domain-finding.internal-only':
    'The record is only in your internal DNS ({inside}). Enter it at the public host of {domain}: {servers}.',
  'domain-finding.internal-servers':
    'The resolver of this service knows only internal name servers for {domain} ({servers}). The operator adds a public resolver to GATEHOUSE_DNS_RESOLVERS.',
  'domain-finding.former-host':
    '{domain} is served by {servers}; the record must be entered there. Now it is at {former}, which no longer serve the domain.',
  'domain-finding.delegated': '{zone} is delegated to {servers}, as a zone of its own. Enter the record there.',
  'domain-finding.stale-secondary':
    '{server} does not have the record (serial {serial, number, ::group-off}; {other} has {otherSerial, number, ::group-off}). Check the zone transfer to it.',
  'domain-finding.two-zones':
    '{server} serves another zone than {other}, without the record. Enter the record there too, or remove that name server.',
  'domain-finding.server-refuses': '{server} refuses to answer for {domain}. Remove or repair it.',
  'domain-finding.server-silent': '{server} does not answer (UDP and TCP port 53). Remove or repair it.',
  'domain-finding.all-refuse':
    'The name servers named at your registrar do not serve {domain}. Create the zone there, or name the servers that have it.',
  'domain-finding.all-silent':
    'No name server of {domain} answers (UDP and TCP port 53). If they work elsewhere, the operator of this service checks its outgoing port 53.',
  'domain-finding.dnssec':
    'The DNSSEC signatures of {domain} do not check out. Repair the DS record or the keys (at the registrar, often after a change of host); after that it takes a minute.',
  'domain-finding.alias':
    'There is an alias (CNAME) to {target} at {name}. Delete it and put the TXT record: both cannot stand at one name.',
  'domain-finding.wildcard': 'A wildcard answers in its place ({value}). Add the record itself at {name}.',
  'domain-finding.other-type': 'There is a record of type {type} at {name}. Its type must be TXT.',
  'domain-finding.another-record': 'There is another TXT record at the name: {value}. You may delete it.',
  'domain-finding.no-such-domain': '{domain} does not exist in DNS. Check its spelling and that it is registered.',
  'domain-finding.resolver-silent':
    'The DNS resolver of this service gives no answer. This is not about your record; we check again by ourselves.',
  'domain-finding.name-servers-changed': 'All name servers of {domain} changed, from {before} to {servers}.',

  'mail.domain.wait-ended.subject': '{domain} does not take effect: its record was not found',
  'mail.domain.wait-ended.what': 'The record that proves {domain} could not be found while the domain waited:',
  'mail.domain.wait-ended.then':
    'Nothing changed for anybody. Put the record back: once it is found again, the wait of 72 hours begins anew.',
  'mail.domain.missing.subject': 'The DNS record of {domain} is missing',
  'mail.domain.missing.what': 'The record that proves {domain} is no longer found:',
  'mail.domain.missing.then':
    'Put it back before {date}. After that {domain} is no longer verified: its addresses are no longer proven, and they are led here only where an administrator routed the domain.',
  'mail.domain.unknown.subject': 'The DNS of {domain} gives no usable answer',
  'mail.domain.unknown.what': 'For a week the record that proves {domain} could not be looked up:',
  'mail.domain.unknown.then': 'If it stays like this for 30 days, {domain} is no longer verified.',
  'mail.domain.vanished.subject': '{domain} is gone from DNS',
  'mail.domain.vanished.what': 'The domain no longer exists in DNS:',
  'mail.domain.vanished.then':
    'Check that it is still registered. If it does not come back before {date}, it is no longer verified.',
  'mail.domain.name-servers-changed.subject': 'All name servers of {domain} changed',
  'mail.domain.name-servers-changed.what': '{domain} is served by other name servers than before. Its record is there.',
  'mail.domain.name-servers-changed.then': 'If you did not move the domain to another DNS host, look into it now.',
  'mail.domain.lost.subject': '{domain} is no longer verified',
  'mail.domain.lost.what':
    'The record that proved {domain} was missing for too long, or the domain came back elsewhere:',
  'mail.domain.lost.then':
    'Its addresses are no longer proven, and are led here only where an administrator routed the domain. To verify it again, put the new record that the console shows.',
  'mail.domain-claim.elsewhere.subject': 'A claim on {domain} takes effect on {at}',
  'mail.domain-claim.elsewhere.what':
    'Another organization of this service has proved by a DNS record that it controls {domain}. {users, plural, one {One user} other {# users}} of {organization} {users, plural, one {has} other {have}} an address at it.',
  'mail.domain-claim.elsewhere.then':
    'Until {at} nothing changes, unless whoever manages both organizations takes it into effect sooner. After that, whoever enters an address at {domain} on the log-in page is led to that organization first. The accounts in {organization} and what they may do stay as they are. You are told when it is in effect, and when it is over without.',
  'mail.domain-claim.elsewhere.keep':
    'To keep them: let these users log in through {link}, or through an application that names {organization}.',
  'mail.domain-claim.elsewhere.move':
    'To move them: give them another address, or let the other organization invite them.',
  'mail.domain-claim.elsewhere.object':
    'To object, because the domain is yours or the claim looks wrong: write to {managing} before {at}. Whoever manages both organizations knows who claims it, and can withdraw the claim.',
  'mail.domain-claim.elsewhere.operator': 'the operator of this service',
  'mail.domain-claim.elsewhere.button': 'Show the domains',
  'mail.domain-claim.claimer.subject': '{domain} takes effect on {at}',
  'mail.domain-claim.claimer.what':
    '{organization} has proved {domain}. {users, plural, one {One person} other {# people}} with an address at it {users, plural, one {logs} other {log}} in through other organizations of this service, whose administrators were told.',
  'mail.domain-claim.claimer.then':
    'It waits until {at}: till then addresses at {domain} lead where they led before, are not proven by it, and no users are made at their first login. Leave the record in DNS; without it the wait ends without effect.',
  'mail.domain-claim.claimer.sooner':
    'An administrator of an organization that manages all of them can take it into effect sooner.',
  'mail.domain-claim.claimer.button': 'Show the domain',
  'mail.domain-claim.above.subject': '{claimer} claims {domain}, with users elsewhere',
  'mail.domain-claim.above.what':
    '{claimer} has proved {domain} by a DNS record. Users with addresses at it log in through:',
  'mail.domain-claim.above.line': '{organization}: {users, plural, one {one user} other {# users}}',
  'mail.domain-claim.above.then':
    'The domain takes effect on {at}. Where organizations of this list below yours have administrators, these were told the number of their own users and the time, not who claims it.',
  'mail.domain-claim.above.act':
    'If the claim is right, you may take it into effect at once where all of them are yours. If it is not, withdraw it before then.',
  'mail.domain-claim.above.button': 'Look at the claim',
  'mail.domain-claim.in-effect.subject': 'The claim on {domain} is in effect now',
  'mail.domain-claim.in-effect.subject.named': 'The claim of {claimer} on {domain} is in effect now',
  'mail.domain-claim.in-effect.what':
    'Whoever enters an address at {domain} on the log-in page is now led to the organization that proved it first. Accounts elsewhere and what they may do stay as they are.',
  'mail.domain-claim.in-effect.what.named':
    'Whoever enters an address at {domain} on the log-in page is now led to {claimer} first. Accounts elsewhere and what they may do stay as they are.',
  'mail.domain-claim.end.about': 'This is about the users of {organization}.',
  'mail.domain-claim.over.subject': 'The claim on {domain} is over',
  'mail.domain-claim.over.subject.named': 'The claim of {claimer} on {domain} is over',
  'mail.domain-claim.over.withdrawn': 'It was withdrawn. Nothing changed for anybody.',
  'mail.domain-claim.over.not-proved':
    'The DNS record that proved it was no longer found. Nothing changed for anybody. If it is proved again, another 72 hours begin, and you are told.',
  'mail.domain.where': 'The record to put, and what we find, stand in the console: My organization, Domains.',
} as const;
