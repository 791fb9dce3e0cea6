import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../demo/free-port.ts';
import { installLayer, startInLayer } from './layer.ts';
import type { LayeredProgram } from './layer.ts';

/** What a mail server of these faults is started with. */
export interface MailServerOptions {
  /** PEM. */
  certificate: string;
  key: string;
  /** Takes mails for `fabrikam.example` from it, and refuses some. */
  nextHop: number;
  /** The largest mail, bytes. */
  largest?: number;
  /** A script that hands a message over to `gatehouse mail bounced`; its first word is the address. */
  bounced: string;
}

/** A mail server by other people: mails to `contoso.example` stay here, those to `fabrikam.example` go on. */
export interface MailServer extends AsyncDisposable {
  name: string;
  /** Debian 12's OpenSMTPD does not: `openssl s_client` fails at it, too. */
  speaksTls: boolean;
  /** Ports that speak no TLS at all, offer STARTTLS with a login, and begin with TLS. */
  ports: { open: number; submission: number; tls: number };
  /** What was handed to `bounced`, as it came. */
  returned(): string[];
  /** What it delivered to a mailbox here, as it stands there. */
  delivered(name: string): string[];
  log(): string;
}

/** The user who may send from everywhere. */
export const LOGIN = { user: 'gatehouse', password: 'a calm harbour' } as const;
const LARGEST = 1_000_000;
/** Whose mails these servers keep. */
const PEOPLE = ['maria', 'paul'];

async function ports(): Promise<MailServer['ports']> {
  return { open: await freePort(), submission: await freePort(), tls: await freePort() };
}

function mailServer(
  program: LayeredProgram,
  given: { name: string; ports: MailServer['ports']; mailbox: (name: string) => string; logFile?: string },
): MailServer {
  const log = given.logFile === undefined ? undefined : program.path(given.logFile);
  return {
    name: given.name,
    speaksTls: given.name !== 'OpenSMTPD',
    ports: given.ports,
    returned() {
      const folder = program.path('var/tmp');
      const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith('returned')) : [];
      return files.map((file) => readFileSync(join(folder, file), 'utf8'));
    },
    delivered(name) {
      const folder = join(program.path(given.mailbox(name)), 'new');
      return existsSync(folder) ? readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')) : [];
    },
    log: () => (log === undefined ? program.said() : existsSync(log) ? readFileSync(log, 'utf8') : ''),
    [Symbol.asyncDispose]: async () => program[Symbol.asyncDispose](),
  };
}

/**
 * Postfix, with a policy server for greylisting where one is named.
 * @param more.greylistSeconds postgrey refuses who comes first for so long
 * @param more.settings further lines of main.cf
 */
export async function startPostfix(
  options: MailServerOptions,
  more: { greylistSeconds?: number; settings?: readonly string[] } = {},
): Promise<MailServer> {
  const layer = await installLayer(
    'postfix',
    ['postfix', 'postgrey', 'sasl2-bin', 'libsasl2-modules'],
    'usr/sbin/postfix',
  );
  const there = await ports();
  const policy = await freePort();
  const greylisting = more.greylistSeconds !== undefined;
  const services = ['cleanup unix n - n - 0 cleanup', 'qmgr unix n - n 2 1 qmgr', 'tlsmgr unix - - n 1000? 1 tlsmgr'];
  for (const name of ['bounce', 'defer', 'trace']) services.push(`${name} unix - - n - 0 bounce`);
  for (const name of ['rewrite', 'verify', 'flush', 'proxymap', 'anvil', 'scache', 'showq']) {
    services.push(
      `${name} unix - - n - ${name === 'anvil' || name === 'scache' ? 1 : 0} ${name === 'rewrite' ? 'trivial-rewrite' : name}`,
    );
  }
  for (const name of ['smtp', 'error', 'retry', 'discard', 'virtual']) {
    services.push(`${name} unix - n n - - ${name === 'retry' ? 'error' : name}`);
  }
  const master = [
    `127.0.0.1:${there.open} inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=no`,
    `127.0.0.1:${there.submission} inet n - n - - smtpd -o smtpd_tls_auth_only=yes`,
    `127.0.0.1:${there.tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes`,
    ...services,
    'postlog unix-dgram n - n - 1 postlogd',
    'gatehouse unix - n n - - pipe flags= user=nobody argv=/usr/local/bin/bounced ${recipient}',
  ];
  const main = [
    'compatibility_level = 3.6',
    'maillog_file = /var/log/mail.log',
    'myhostname = mx.northwind.example',
    'mydestination =',
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'mynetworks =',
    'virtual_mailbox_domains = contoso.example',
    'virtual_mailbox_base = /var/mail',
    `virtual_mailbox_maps = inline:{ ${PEOPLE.map((name) => `{${name}@contoso.example=${name}/}`).join(' ')} }`,
    'virtual_uid_maps = static:65534',
    'virtual_gid_maps = static:65534',
    'relay_domains = fabrikam.example sso.northwind.example',
    `transport_maps = inline:{ {fabrikam.example=smtp:[127.0.0.1]:${options.nextHop}} {sso.northwind.example=gatehouse:} }`,
    'smtpd_tls_security_level = may',
    'smtpd_tls_cert_file = /etc/mail/certificate.pem',
    'smtpd_tls_key_file = /etc/mail/key.pem',
    'smtpd_sasl_auth_enable = yes',
    'smtpd_sasl_local_domain = northwind.example',
    'smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination',
    `message_size_limit = ${options.largest ?? LARGEST}`,
    ...(greylisting ? [`smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:${policy}`] : []),
    ...(more.settings ?? []),
  ];
  const prepare = [
    'mkdir -p /var/mail && chown nobody /var/mail && chown root:root /etc/mail/key.pem && chmod 600 /etc/mail/key.pem',
    `echo "${LOGIN.password}" | saslpasswd2 -p -c -u northwind.example ${LOGIN.user} && chown postfix /etc/sasldb2`,
    ...(greylisting
      ? [
          `postgrey --inet=127.0.0.1:${policy} --delay=${more.greylistSeconds} --auto-whitelist-clients=0 --daemonize --pidfile=/run/postgrey.pid`,
        ]
      : []),
  ].join(' && ');
  const program = await startInLayer(layer, {
    files: {
      'etc/postfix/main.cf': `${main.join('\n')}\n`,
      'etc/postfix/master.cf': `${master.join('\n')}\n`,
      'etc/postfix/sasl/smtpd.conf': 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n',
      'etc/mail/certificate.pem': options.certificate,
      'etc/mail/key.pem': options.key,
      'usr/local/bin/bounced': options.bounced,
    },
    prepare,
    command: 'postfix start-fg',
    ports: Object.values(there),
  });
  return mailServer(program, {
    name: 'Postfix',
    ports: there,
    mailbox: (name) => `var/mail/${name}`,
    logFile: 'var/log/mail.log',
  });
}

/** Exim. */
export async function startExim(options: MailServerOptions): Promise<MailServer> {
  const layer = await installLayer('exim', ['exim4-daemon-heavy'], 'usr/sbin/exim4');
  const there = await ports();
  const settings = `
primary_hostname = mx.northwind.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${there.open} : ${there.submission} : ${there.tls}
tls_on_connect_ports = ${there.tls}
tls_advertise_hosts = \${if eq{$received_port}{${there.open}}{}{*}}
auth_advertise_hosts = \${if eq{$received_port}{${there.open}}{}{*}}
tls_certificate = /etc/mail/certificate.pem
tls_privatekey = /etc/mail/key.pem
message_size_limit = ${options.largest ?? LARGEST}
acl_smtp_rcpt = recipients
log_file_path = /var/log/mail-%slog
begin acl
recipients:
  require verify = recipient
  accept authenticated = *
  accept domains = contoso.example : fabrikam.example
  deny message = relay not permitted
begin routers
bounces:
  driver = accept
  domains = sso.northwind.example
  transport = bounced
onward:
  driver = manualroute
  domains = fabrikam.example
  route_list = * 127.0.0.1::${options.nextHop} byname
  self = send
  transport = onward
here:
  driver = accept
  domains = contoso.example
  local_parts = ${PEOPLE.join(' : ')}
  transport = here
begin transports
onward:
  driver = smtp
  allow_localhost
  hosts_try_fastopen =
bounced:
  driver = pipe
  command = /usr/local/bin/bounced
  user = nobody
  return_output
here:
  driver = appendfile
  directory = /var/mail/$local_part_data
  maildir_format
  user = nobody
begin retry
* * F,1h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and{{eq{$auth2}{${LOGIN.user}}}{eq{$auth3}{${LOGIN.password}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_condition = \${if and{{eq{$auth1}{${LOGIN.user}}}{eq{$auth2}{${LOGIN.password}}}}}
  server_set_id = $auth1
`;
  const program = await startInLayer(layer, {
    files: {
      'etc/exim4/exim4.conf': settings,
      'etc/mail/certificate.pem': options.certificate,
      'etc/mail/key.pem': options.key,
      'usr/local/bin/bounced': options.bounced,
    },
    prepare:
      'mkdir -p /var/mail && chown nobody /var/mail && chown -R Debian-exim /etc/mail /var/log && chown root /etc/exim4/exim4.conf && rm -f /var/spool/exim4/input/*',
    command: 'exim4 -bdf -q1m',
    ports: Object.values(there),
  });
  return mailServer(program, {
    name: 'Exim',
    ports: there,
    mailbox: (name) => `var/mail/${name}`,
    logFile: 'var/log/mail-mainlog',
  });
}

/** OpenSMTPD. */
export async function startOpenSmtpd(options: MailServerOptions): Promise<MailServer> {
  const layer = await installLayer('opensmtpd', ['opensmtpd', 'openssl'], 'usr/sbin/smtpd');
  const there = await ports();
  const tls = 'pki own auth-optional <secrets>';
  const settings = `
pki own cert "/etc/mail/certificate.pem"
pki own key "/etc/mail/key.pem"
table secrets file:/etc/mail/secrets
table people { ${PEOPLE.map((name) => `"${name}@contoso.example" = ${name}`).join(', ')} }
table bounces { "@" = nobody }
smtp max-message-size "${options.largest ?? LARGEST}"
listen on 127.0.0.1 port ${there.open} hostname mx.northwind.example
listen on 127.0.0.1 port ${there.submission} tls ${tls} hostname mx.northwind.example
listen on 127.0.0.1 port ${there.tls} smtps ${tls} hostname mx.northwind.example
action "here" maildir "/var/mail/%{user.username}" virtual <people>
action "bounced" mda "/usr/local/bin/bounced %{rcpt}" virtual <bounces>
action "onward" relay host "smtp://127.0.0.1:${options.nextHop}"
match from any for domain "contoso.example" action "here"
match from any for domain "sso.northwind.example" action "bounced"
match from any for domain "fabrikam.example" action "onward"
match from auth for any action "onward"
`;
  const program = await startInLayer(layer, {
    files: {
      'etc/smtpd.conf': settings,
      'usr/local/bin/bounced': options.bounced,
    },
    prepare: [
      // Other keys than RSA it does not start with.
      'mkdir -p /etc/mail && openssl req -x509 -newkey rsa:2048 -nodes -keyout /etc/mail/key.pem -out /etc/mail/certificate.pem -days 30 -subj /CN=mx.northwind.example',
      `echo "${LOGIN.user} $(openssl passwd -6 "${LOGIN.password}")" > /etc/mail/secrets`,
      'chmod 600 /etc/mail/key.pem && chown root:root /etc/mail/* && chown opensmtpd /etc/mail/secrets',
      'mkdir -p /var/mail && chmod 1777 /var/mail',
      ...PEOPLE.map((name) => `useradd --create-home ${name}`),
    ].join(' && '),
    command: 'smtpd -d -v -f /etc/smtpd.conf',
    ports: Object.values(there),
  });
  return mailServer(program, { name: 'OpenSMTPD', ports: there, mailbox: (name) => `var/mail/${name}` });
}
