/**
 * The story on one machine: `npm run demo`. Gatehouse, two applications, two identity providers and a mailbox, each a
 * process of its own, on a fresh database. Prints what to click; Ctrl+C ends everything.
 */
import { freePort } from './free-port.ts';
import { showGuide, steps } from './guide.ts';
import { PORTS, setStage } from './stage.ts';

const GUIDE_PORT = 3006;

const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(130);
      stopping = true;
      resolve('interrupted');
    });
  }
});
let stopping = false;

const width = Math.min(process.stdout.columns ?? 100, 100);
const print = (text = ''): void => console.log(text);

print('\nGatehouse, the demonstration\n');
const starting = setStage((what) => print(`  ${what} …`), PORTS);
const stage = await Promise.race([starting, interrupted]);
if (stage === 'interrupted') {
  print('\nEnding …');
  await starting.then(async ({ stop }) => stop()).catch(() => undefined);
  process.exit(130);
}
const guide = await showGuide(stage, await freePort({ preferred: GUIDE_PORT }));

print(`
  The guide, with links and one-time codes
      ${guide.origin}

  Gatehouse   ${stage.url}
  Reports     ${stage.reports}
  Tickets     ${stage.tickets}
  Mailbox     ${stage.mailbox}
  Contoso     ${stage.contoso}   an OpenID provider
  Fabrikam    ${stage.fabrikam}   a stand-in for Entra ID
`);
for (const part of steps(stage)) {
  print(`  ${part.title}`);
  for (const [index, step] of part.steps.entries()) print(wrapped(`${index + 1}. `, step));
  print();
}
print(wrapped('', `Anna’s one-time code at any moment: ${guide.origin}/code (key ${stage.administrator.seed})`, '  '));
print(wrapped('', `Use Chrome, Edge or Firefox: Safari keeps no secure cookies on plain http.`, '  '));
print('\n  Ctrl+C ends everything.\n');

const reason = await Promise.race([interrupted, stage.lost]);
stopping = true;
print(
  reason === 'interrupted'
    ? '\nEnding …'
    : `\n${reason} has ended by itself; ending the rest. Its log: ${stage.logFile}`,
);
await guide.close();
await stage.stop();
process.exit(reason === 'interrupted' ? 0 : 1);

/** Text in lines that fit the terminal, the later ones indented below the first; what stands in quotes stays together. */
function wrapped(mark: string, text: string, indent = '    '): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(/“[^”]*”\S*|\S+/g) ?? []) {
    if (line !== '' && indent.length + mark.length + line.length + word.length >= width) {
      lines.push(line);
      line = '';
    }
    line += `${line === '' ? '' : ' '}${word}`;
  }
  lines.push(line);
  return lines.map((part, index) => `${indent}${index === 0 ? mark : ' '.repeat(mark.length)}${part}`).join('\n');
}
