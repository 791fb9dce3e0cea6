import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from '../figures.ts';
import { makeMailGround } from './ground.ts';
import type { MailGround, Sender, Shown } from './ground.ts';
import { LOGIN, startExim, startOpenSmtpd, startPostfix } from './servers.ts';
import type { MailServer } from './servers.ts';

/**
 * Mail servers that people have, one after the other: Debian's Postfix, Exim and OpenSMTPD, greylisting, limits, and a next hop
 * that refuses. For each: what *System* and `doctor` say, whether a mail arrives exactly once, and what comes back.
 */
export async function mailServersPeopleHave(): Promise<Figure[]> {
  await using ground = await makeMailGround();
  const figures: Figure[] = [];
  for (const start of [startPostfix, startExim, startOpenSmtpd]) {
    await using server = await start(ground.options);
    figures.push(...(await waysIn(ground, server)), ...(await comesBack(ground, server)));
    await using small = await start({ ...ground.options, largest: 2000 });
    figures.push(...(await tooLarge(ground, small)));
  }
  return [...figures, ...(await refusedForNow(ground)), ...(await hangsAfterData(ground))];
}

let invited = 0;

/** A new address of the mailbox `paul`, so that what is counted is of this mail. */
function nobodyKnown(domain: string): string {
  invited += 1;
  return `nobody${invited}@${domain}`;
}

/** The state, and the beginning of what is said of it. */
function told({ state, lastError }: Shown): string {
  return lastError === null ? state : `${state}: ${beginning(lastError)}`;
}

function beginning(sentence: string): string {
  return sentence
    .split('. ')[0]!
    .replace(/\.$/, '')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST');
}

async function arrivesOnce(server: MailServer, sender: Sender, what: string): Promise<Figure> {
  const before = server.delivered('maria').length;
  const shown = await sender.sendTestMail();
  for (let waited = 0; waited < 10_000 && server.delivered('maria').length === before; waited += 200) await pause(200);
  await pause(500);
  const arrived = server.delivered('maria').length - before;
  return {
    what: `${server.name}: ${what}`,
    measured: `${told(shown)}; arrived ${arrived} times`,
    wanted: 'sent; arrived 1 times',
  };
}

async function waysIn(ground: MailGround, server: MailServer): Promise<Figure[]> {
  const { open, submission, tls } = server.ports;
  const withLogin = `${LOGIN.user}:${encodeURIComponent(LOGIN.password)}@`;
  const plain = `smtp://127.0.0.1:${open}`;
  const startTls = `smtp://${withLogin}127.0.0.1:${submission}`;
  const figures = await way(ground, server, 'without TLS, on this machine', plain);
  if (server.speaksTls) {
    figures.push(
      ...(await way(ground, server, 'STARTTLS and a login, certificate of its own', startTls)),
      ...(await way(ground, server, 'TLS from the first byte and a login', `smtps://${withLogin}127.0.0.1:${tls}`)),
      ...(await wrongPassword(ground, server, startTls)),
    );
  } else figures.push(await brokenTls(ground, server, startTls));
  await using sender = await ground.serve(plain);
  await sender.later(60);
  const unknown = await sender.invite(nobodyKnown('contoso.example'));
  const letters = await sender.invite(`jürgen${(invited += 1)}@contoso.example`);
  return [
    ...figures,
    {
      what: `${server.name}: nobody has the address`,
      measured: told(unknown),
      wanted: 'failed: The mail server does not deliver to this address',
    },
    { what: `${server.name}: an address beyond ASCII`, measured: told(letters) },
  ];
}

async function way(ground: MailGround, server: MailServer, what: string, url: string): Promise<Figure[]> {
  await using sender = await ground.serve(url);
  const figure = await arrivesOnce(server, sender, what);
  return [figure, { what: `${server.name}: doctor, ${what}`, measured: beginning(await ground.doctor(url)) }];
}

async function wrongPassword(ground: MailGround, server: MailServer, right: string): Promise<Figure[]> {
  const url = right.replace(/:[^:@]*@/, ':another@');
  const before = server.delivered('maria').length;
  const figures: Figure[] = [];
  {
    await using sender = await ground.serve(url);
    const refused = 'The mail server of this service does not accept its password';
    figures.push(
      {
        what: `${server.name}: a wrong password`,
        measured: told(await sender.sendTestMail()),
        wanted: `waiting: ${refused}`,
      },
      { what: `${server.name}: why all mails wait`, measured: beginning(await sender.paused()), wanted: refused },
      { what: `${server.name}: doctor, a wrong password`, measured: beginning(await ground.doctor(url)) },
    );
  }
  await using sender = await ground.serve(right);
  await sender.later(60);
  for (let waited = 0; waited < 10_000 && server.delivered('maria').length === before; waited += 200) await pause(200);
  const arrived = server.delivered('maria').length - before;
  const what = `${server.name}: the password mended`;
  return [...figures, { what, measured: `arrived ${arrived} times`, wanted: 'arrived 1 times' }];
}

async function brokenTls(ground: MailGround, server: MailServer, url: string): Promise<Figure> {
  return {
    what: `${server.name}: doctor, STARTTLS as Debian ships it`,
    measured: beginning(await ground.doctor(url)),
    wanted: 'The connection to the mail server HOST cannot be encrypted (tlsv1 alert internal error)',
  };
}

async function tooLarge(ground: MailGround, server: MailServer): Promise<Figure[]> {
  await using sender = await ground.serve(`smtp://127.0.0.1:${server.ports.open}`);
  const shown = await sender.sendTestMail();
  return [
    {
      what: `${server.name}: larger than it takes`,
      measured: told(shown),
      wanted: 'failed: The mail server did not take this mail because of what it contains',
    },
    { what: `${server.name}: other mails wait for that`, measured: await sender.paused(), wanted: 'not' },
  ];
}

/** The server takes it; the next one does not. */
async function comesBack(ground: MailGround, server: MailServer): Promise<Figure[]> {
  await using sender = await ground.serve(`smtp://127.0.0.1:${server.ports.open}`);
  const address = nobodyKnown('fabrikam.example');
  ground.nextHop.refuse(address);
  const taken = await sender.invite(address);
  const shown = await sender.until(address, 'bounced');
  const returned = server.returned();
  return [
    {
      what: `${server.name}: the next server refuses`,
      measured: `${taken.state}, then ${told(shown)}`,
      wanted: 'sent, then bounced: The mail came back: nobody has this address there',
    },
    {
      what: `${server.name}: the user's page`,
      measured: beginning(await sender.userPage(address)),
      wanted: 'The mail came back: nobody has this address there',
    },
    {
      what: `${server.name}: links in what came back`,
      measured: returned.filter((text) => /\/invitation/.test(text)).length,
      // The others do not offer RET=HDRS as Debian ships them.
      ...(server.name === 'Postfix' ? { wanted: 0 } : {}),
    },
  ];
}

async function refusedForNow(ground: MailGround): Promise<Figure[]> {
  const figures: Figure[] = [];
  {
    await using server = await startPostfix(ground.options, { greylistSeconds: 4 });
    await using sender = await ground.serve(`smtp://127.0.0.1:${server.ports.open}`);
    const first = await sender.sendTestMail();
    figures.push({
      what: 'postgrey: the first try',
      measured: told(first),
      wanted: 'waiting: The mail server asked to try again later',
    });
    await pause(5000);
    await sender.later(61);
    await pause(1000);
    figures.push({
      what: 'postgrey: the second',
      measured: `arrived ${server.delivered('maria').length} times`,
      wanted: 'arrived 1 times',
    });
  }
  {
    const later =
      'smtpd_recipient_restrictions = check_recipient_access inline:{ {maria@contoso.example=451 4.3.0 come again} }';
    await using server = await startPostfix(ground.options, { settings: [later] });
    await using sender = await ground.serve(`smtp://127.0.0.1:${server.ports.open}`);
    const first = await sender.sendTestMail();
    figures.push({
      what: 'Postfix: 451 for the recipient',
      measured: told(first),
      wanted: 'waiting: The mail server asked to try again later',
    });
    figures.push({ what: 'Postfix: others wait for that', measured: await sender.paused(), wanted: 'not' });
  }
  {
    const few = ['smtpd_client_connection_count_limit = 1', 'smtpd_client_event_limit_exceptions ='];
    await using server = await startPostfix(ground.options, { settings: few });
    await using sender = await ground.serve(`smtp://127.0.0.1:${server.ports.open}`);
    await sender.later(3600);
    const before = server.delivered('maria').length;
    const tests = Array.from({ length: 6 }, async () => sender.sendTestMail());
    await Promise.all(tests);
    for (let tries = 0; tries < 30 && server.delivered('maria').length < before + 6; tries += 1) {
      await pause(300);
      await sender.later(301);
    }
    figures.push({
      what: 'Postfix: one connection at a time (421), six mails',
      measured: `arrived ${server.delivered('maria').length - before} times`,
      wanted: 'arrived 6 times',
    });
  }
  return figures;
}

/** It looks at the mail for 40 seconds before it takes it (a filter). */
async function hangsAfterData(ground: MailGround): Promise<Figure[]> {
  let taken = 0;
  const server = createServer((socket) => {
    let inMail = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const line of chunk.toString('latin1').split('\r\n')) {
        if (inMail && line !== '.') continue;
        if (inMail) {
          inMail = false;
          taken += 1;
          setTimeout(() => socket.write('250 taken\r\n'), 40_000);
        } else if (line === 'DATA') {
          inMail = true;
          socket.write('354 go on\r\n');
        } else if (line !== '') socket.write('250 mx.northwind.example\r\n');
      }
    });
    socket.write('220 mx.northwind.example ESMTP\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    await using sender = await ground.serve(`smtp://127.0.0.1:${port}`);
    const shown = await sender.sendTestMail();
    return [
      {
        what: 'A server that answers the final dot after 40 s',
        measured: `${told(shown)}; arrived ${taken} times`,
        wanted: 'sent; arrived 1 times',
      },
    ];
  } finally {
    server.close();
  }
}
