import type { ProviderSettings } from '../../program.ts';

const HERE = { 'Client ID': 'as there', 'Discovery URL': 'the issuer, `https://HOST`' };
const THERE = [
  '*General Parameters → Issuer modules → OpenID Connect*: on. *OpenID Connect Service*: an issuer identifier, generated signing keys, *Authorization Code Flow* allowed.',
  '*OpenID Connect Relying Parties*: a new one with a client ID; *Allowed redirection addresses* `{redirectUrl}`.',
  '*Security → ID Token signature algorithm*: RS256. The default, HS512, is signed by the client secret, and Gatehouse takes no such tokens.',
  '*Exported attributes*: `email` and `name`, from the attributes of the users.',
];

export const settings: ProviderSettings = {
  name: 'LemonLDAP::NG',
  version: '2.16.1',
  needs: ['Debian'],
  withSecret: { there: [...THERE, 'A client secret.'], here: { ...HERE, 'Client secret': 'as there' } },
  withoutSecret: {
    there: [
      ...THERE,
      '*Public client*: on, and *Require PKCE*: on.',
      'For an ID token by form_post instead: *Require PKCE* off, and *Implicit Flow* allowed in the service.',
    ],
    here: { ...HERE, Credential: 'none', Answer: 'code with PKCE' },
  },
  lacks: [
    '`email_verified` is stated nowhere unless it is exported: people who were not invited confirm their mailbox by a code once.',
    'Errors of a login by ID token come back behind a `#`, although form_post is announced: *Why?* then tells that an answer came there, and the portal’s log what it said. *Require PKCE* is such an error there.',
    'Debian’s package loads `IO::String`, `String::Random`, `MIME::Entity` and `Email::Sender` for this without depending on them: install `libio-string-perl`, `libstring-random-perl`, `libmime-tools-perl` and `libemail-sender-perl`.',
  ],
};
