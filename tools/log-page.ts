import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_LINES } from './log-lines.ts';
import { projectFolder } from './project.ts';

/** A call of the log in the code. */
interface LogCall {
  level: string;
  message: string;
  file: string;
}

/**
 * Every call of the log in `src`. Throws where a message is no plain text: it has to be a closed sentence, so that a line can be
 * looked for and what a request said stands in no message.
 */
export function findLogCalls(read: (pattern: string) => readonly (readonly [file: string, text: string])[]): LogCall[] {
  return read('src/**/*.ts').flatMap(([file, text]) =>
    [...text.matchAll(/\b(?:log|lean)\??\.(info|warn|error)\(/g)].map((found) => {
      const given = text.slice(found.index + found[0].length, endOfCall(text, found.index + found[0].length));
      const message = /(?:^|,)\s*'((?:[^'\\]|\\.)+)'\s*,?\s*$/.exec(given)?.[1];
      if (message === undefined) throw new Error(`${file}: the log is given no plain message: ${given.trim()}`);
      return { level: found[1]!, message, file };
    }),
  );
}

/** Where the parenthesis closes that was opened before `from`. */
function endOfCall(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "'" || sign === '`' || sign === '"') at = text.indexOf(sign, at + 1);
    else if (sign === '(') depth += 1;
    else if (sign === ')' && --depth === 0) return at;
  }
  return text.length;
}

function readSources(pattern: string): [string, string][] {
  return globSync(pattern, { cwd: projectFolder })
    .filter((file) => !file.endsWith('.test.ts') && !file.startsWith('src/stand-ins/'))
    .toSorted()
    .map((file) => [file, readFileSync(join(projectFolder, file), 'utf8')]);
}

/** `docs/reference/log.md`: what the code can say, with what it means. Throws when one has what the other lacks. */
export function logPage(generated: string): { file: string; content: string } {
  const calls = findLogCalls(readSources);
  const said = Map.groupBy(calls, ({ message }) => message);
  const untold = [...said.keys()].filter((message) => !Object.hasOwn(LOG_LINES, message));
  const unsaid = Object.keys(LOG_LINES).filter((message) => !said.has(message));
  if (untold.length + unsaid.length > 0) {
    throw new Error(`tools/log-lines.ts: not explained: ${untold.join(' | ')}; in no source: ${unsaid.join(' | ')}`);
  }
  const rows = Object.entries(LOG_LINES).map(([message, meaning]) => {
    const levels = [...new Set(said.get(message)!.map(({ level }) => level))].toSorted().join(', ');
    return `| \`${message}\` | ${levels} | ${meaning} |`;
  });
  return {
    file: 'docs/reference/log.md',
    content: `# The log

${generated}

One JSON object a line on standard output: \`level\` (30 info, 40 warn, 50 error), \`time\`, \`msg\`, and what belongs to it. \`msg\` is
one of the texts below, word for word: what a request said never stands in it. Nothing redeemable is in the log: no cookie, token,
code, password or address with its query. An error is \`err\` with its message, stack and causes. \`LOG_LEVEL\` says from which level on.

## From a page to the log to the audit event

A page or problem document that says that something went wrong shows a **reference** of eight letters and digits.

- Of a single request it is the request's id: \`reqId\` in all its lines.
- Of a login it is the login's: \`reference\` in the lines that say why it failed, whose \`reqId\` leads to the request. *Why?* in the
  console finds the login by it, and its audit events have it in \`details.reference\`.

So \`grep\` for it finds the line in any case. An application's refused request has it in the audit event \`application.request-refused\`, a
refused call of the API in \`api.refused\`.

## Lines

Beside these the HTTP server says \`Server listening at\` and the address, once for each.

| \`msg\` | level | what it means, and what to do |
|---|---|---|
${rows.join('\n')}
`,
  };
}
