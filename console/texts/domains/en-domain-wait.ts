/** Of a domain that was proved while people with addresses at it live in other organizations. */
export const domainWait = {
  'domain.state.waiting': 'Takes effect on {at}',
  'domain.wait.why':
    '{users, plural, one {One user} other {# users}} of other organizations {users, plural, one {has an address} other {have addresses}} at {domain}, and their administrators were told.',
  'domain.wait.until':
    'Until then nothing changes: the domain leads nobody here, proves no address and makes no users at their first login. Leave its DNS record in place; without it the wait ends without effect.',
  'domain.wait.organization': '{organization}: {users, plural, one {one user} other {# users}}',
  'domain.wait.sooner': 'Only an administrator who manages all of them can take it into effect sooner.',
  'domain.wait.yours': 'You manage all of them: you may take it into effect now, or withdraw the claim.',
  'domain.effect': 'Take effect now',
  'domain.effect.label': 'Take effect now: {domain}',
  'domain.effect.title': 'Take {domain} into effect now?',
  'domain.effect.text':
    'Whoever enters an address at {domain} is led to {organization} from now on. Administrators of these organizations were told a later time:',
  'domain.effect.keep': 'The accounts there stay as they are.',
  'domains.withdraw': 'Withdraw',
  'domains.withdraw.label': 'Withdraw the claim on {domain}',
  'domains.withdraw.title': 'Withdraw the claim on {domain}?',
  'domains.withdraw.text':
    'It never takes effect. To claim {domain} again, a new DNS record will be needed, and the 72 hours begin anew.',
  'domains.withdraw.confirm': 'Withdraw claim',
  'domain-claim.title': 'Another organization claims {domain}.',
  'domain-claim.title.named': '{organization} claims {domain}.',
  'domain-claim.what':
    'It has proved by a DNS record that it controls the domain. {users, plural, one {One user} other {# users}} here {users, plural, one {has an address} other {have addresses}} at it. From {at} on, whoever enters such an address is led there first; the accounts here stay as they are.',
  'domain-claim.keep': 'To keep these users here, let them log in through the address below.',
  'domain-claim.move': 'To move them, change their addresses, or let the other organization invite them.',
  'domain-claim.object': 'To object, write to whoever manages this organization before then.',
  'domain-claim.do.named': 'If the claim is wrong, withdraw it before then.',
  'domain-claim.link': 'Login address of this organization',
  'domain-claim.look': 'Look at the claim',
} as const;
