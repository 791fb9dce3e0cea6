import { applications as labels } from '../../console/texts/applications/en-applications.ts';
import type { ApplicationPreset, Format, Registration } from '../preset.ts';
import type { AllSeen } from './seen.ts';
import type { Done } from './walk-application.ts';

type Run = AllSeen['applications'][string] | undefined;

/** What readers colour a text as; the rest by its own name. */
const FENCES: Readonly<Partial<Record<Format, string>>> = { env: 'sh', apache: 'apacheconf' };

/** What `{...}` stands for in a guide; a preset's questions come besides. */
const STANDS_FOR = {
  app: 'the address of the program, without a slash at the end',
  appHost: 'its host and port',
  issuer: 'the public URL of Gatehouse, without a slash at the end',
  issuerHost: 'host and port of it',
  discovery: 'the public URL followed by `/.well-known/openid-configuration`',
  clientId: 'the client ID that *Register application* shows',
  clientSecret: 'the client secret that it shows once',
  random16: '16 random bytes in hex, as `openssl rand -hex 16` prints them',
  random: '32 random bytes in hex, as `openssl rand -hex 32` prints them',
};

/** The row of an application in the overview. */
export function applicationRow(preset: ApplicationPreset, run: Run): string {
  const { id, name, version, lacks } = preset;
  return `| [${name}](${id}.md) | ${version} | ${run?.on ?? ''} | ${summary(run)} | ${lacks.join(' ')} |`;
}

/** How a program is connected as an application; all from its preset. */
export function applicationGuide(preset: ApplicationPreset, run: Run): string {
  const { name, version, about, example, questions = [], registration, there, notes, then, lacks } = preset;
  const known = { ...STANDS_FOR, ...Object.fromEntries(questions.map(({ id, help }) => [id, help])) };
  const texts = JSON.stringify([registration, there]);
  const used = Object.entries(known).filter(([id]) => texts.includes(`{${id}}`));
  const blocks = there.map(
    ({ where, format, text }) => `${where}:\n\n\`\`\`${FENCES[format] ?? format}\n${text}\n\`\`\`\n`,
  );
  return `# ${name} ${version} as application

${about} *Register application* in the console shows all of this filled in, for an address such as \`${example}\`.

${used.map(([id, what]) => `- \`{${id}}\`: ${what}`).join('\n')}

## In Gatehouse

*Register application*, everything else as the form has it:

${fields(registration).join('\n')}

## In ${name}

${blocks.join('\n')}
${then}

## What to know

${[...notes, ...lacks].map((line) => `- ${line}`).join('\n')}

## What was seen${run === undefined ? '' : ` on ${run.on}`}

| done | by a user of | what came of it |
|---|---|---|
${(run?.seen ?? []).map(({ act, of, result, right }) => `| ${act} | ${of} | ${right ? '' : '**wrong:** '}${result} |`).join('\n')}
`;
}

/** By the labels of the console's form. */
function fields(registration: Registration): string[] {
  const { kind, redirectUris, postLogoutRedirectUris = [], backchannelLogoutUri, initiateLoginUri } = registration;
  const { clientAuthentication, signingAlgorithm, refreshTokens, withoutPkce } = registration;
  const listed = (label: string, uris: readonly (string | undefined)[]): string[] =>
    uris.flatMap((uri) => (uri === undefined ? [] : [line(label, `\`${uri}\``)]));
  return [
    line(labels['application.kind'], labels[`application.kind.${kind}`]),
    ...listed(labels['application.redirect-uris'], redirectUris),
    ...listed(labels['application.logout-uris'], postLogoutRedirectUris),
    ...listed(labels['application.backchannel'], [backchannelLogoutUri]),
    ...listed(labels['application.initiate'], [initiateLoginUri]),
    ...(clientAuthentication === undefined
      ? []
      : [line(labels['application.authentication'], labels[`application.authentication.${clientAuthentication}`])]),
    ...(signingAlgorithm === undefined ? [] : [line(labels['application.signing'], signingAlgorithm)]),
    ...(refreshTokens === undefined ? [] : [line(labels['application.refresh-tokens'], 'on')]),
    ...(withoutPkce === undefined ? [] : [line(labels['application.without-pkce'], 'on')]),
  ];
}

function line(label: string, value: string): string {
  return `- ${label.replace(' (optional)', '')}: ${value}`;
}

/** Each act once when both people saw the same. */
function summary(run: Run): string {
  if (run === undefined) return 'not run yet';
  const acts = Map.groupBy(run.seen, ({ act }) => act);
  return [...acts.values()].map((done) => inWords(done)).join('; ');
}

function inWords(done: readonly Done[]): string {
  const [first] = done;
  if (first === undefined) return '';
  const wrong = done.find(({ right }) => !right);
  if (wrong !== undefined) return `**not ${wrong.act}**`;
  return first.result === 'in' ? first.act : `${first.act}: ${first.result}`;
}
