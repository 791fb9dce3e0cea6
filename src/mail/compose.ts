import type { Text } from '../texts/catalog.ts';

/** Content of a mail, in whole sentences of the catalog; markup and layout are added here. */
export interface MailContent {
  subject: string;
  heading: string;
  /** Before the button. */
  paragraphs: readonly string[];
  /** The one thing to do. */
  button?: { label: string; url: string };
  /** A short code to type, shown large. */
  code?: string;
  /** After the button, small: how long it is valid, what to do when it was not expected. */
  notes?: readonly string[];
}

/** A mail in words and layout, not yet addressed. */
export interface ComposedMail {
  subject: string;
  text: string;
  html: string;
}

// The tokens of the house, light and dark; mail programs know no custom properties.
const LIGHT = {
  bg: '#f6f5f1',
  surface: '#ffffff',
  line: '#e2dfd7',
  ink: '#1b1a17',
  soft: '#5f5b52',
  accent: '#1d5c4b',
  onAccent: '#ffffff',
  sunken: '#efede7',
};
const DARK = {
  bg: '#131311',
  surface: '#1c1c19',
  line: '#33322e',
  ink: '#eeece6',
  soft: '#aaa69b',
  accent: '#7ccbb0',
  onAccent: '#0d1f19',
  sunken: '#232320',
};
const FONT = 'Inter,-apple-system,BlinkMacSystemFont,&quot;Segoe UI&quot;,Roboto,Helvetica,Arial,sans-serif';

const DARK_STYLE = `@media (prefers-color-scheme:dark){
.bg{background:${DARK.bg}!important}.card{background:${DARK.surface}!important;border-color:${DARK.line}!important}
.ink{color:${DARK.ink}!important}.soft{color:${DARK.soft}!important}.link{color:${DARK.accent}!important}
.btn{background:${DARK.accent}!important;color:${DARK.onAccent}!important}.code{background:${DARK.sunken}!important;color:${DARK.ink}!important}
}`;

/** Lays a mail out: HTML in the look of the house, and the same in plain text. Whatever is inserted is text, never markup. */
export function composeMail(t: Text, content: MailContent): ComposedMail {
  const subject = oneLine(content.subject);
  const heading = oneLine(content.heading);
  const paragraphs = content.paragraphs.map(oneLine);
  const notes = (content.notes ?? []).map(oneLine);
  const footer = oneLine(t('mail.footer'));
  const { button, code } = content;
  if (button !== undefined && !/^https?:\/\/[^\s"<>]+$/.test(button.url))
    throw new Error('the link of a mail is not a plain http(s) URL');

  const text = [
    heading,
    ...paragraphs,
    ...(code === undefined ? [] : [code]),
    ...(button === undefined ? [] : [`${oneLine(button.label)}:\n${button.url}`]),
    ...notes,
    `-- \n${footer}`,
  ].join('\n\n');

  const p = (inner: string): string =>
    `<p class="ink" style="margin:0 0 14px;font-size:15px;line-height:1.55;overflow-wrap:anywhere;word-break:break-word;color:${LIGHT.ink}">${inner}</p>`;
  const small = (inner: string): string =>
    `<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:1.5;color:${LIGHT.soft}">${inner}</p>`;
  const buttonMarkup =
    button === undefined
      ? ''
      : `<p style="margin:22px 0 18px"><a class="btn" href="${escape(button.url)}" style="display:inline-block;padding:11px 20px;border-radius:8px;background:${LIGHT.accent};color:${LIGHT.onAccent};font-size:15px;font-weight:600;text-decoration:none">${escape(oneLine(button.label))}</a></p>
${small(escape(t('mail.plain-link')))}<p style="margin:0 0 18px;font-size:13px;line-height:1.5;word-break:break-all"><a class="link" href="${escape(button.url)}" style="color:${LIGHT.accent}">${escape(button.url)}</a></p>`;
  const codeMarkup =
    code === undefined
      ? ''
      : `<p class="code" style="margin:20px 0;padding:14px 18px;border-radius:8px;background:${LIGHT.sunken};color:${LIGHT.ink};font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:26px;letter-spacing:.18em;text-align:center">${escape(oneLine(code))}</p>`;

  const html = `<!doctype html>
<html lang="${t.language}" dir="${t.direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escape(subject)}</title><style>${DARK_STYLE}</style></head>
<body class="bg" style="margin:0;padding:0;background:${LIGHT.bg};font-family:${FONT}">
<table role="presentation" class="bg" width="100%" cellpadding="0" cellspacing="0" style="background:${LIGHT.bg}"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px"><tr><td style="padding:0 4px 16px"><span class="ink" style="font-size:15px;font-weight:650;color:${LIGHT.ink}">${escape(oneLine(t('mail.sender')))}</span></td></tr>
<tr><td class="card" style="background:${LIGHT.surface};border:1px solid ${LIGHT.line};border-radius:10px;padding:28px 28px 20px">
<h1 class="ink" style="margin:0 0 16px;font-size:22px;line-height:1.25;letter-spacing:-.01em;font-weight:650;color:${LIGHT.ink}">${escape(heading)}</h1>
${paragraphs.map((line) => p(escape(line))).join('\n')}
${codeMarkup}${buttonMarkup}
${notes.map((line) => small(escape(line))).join('\n')}
</td></tr><tr><td style="padding:16px 4px 0">${small(escape(footer))}</td></tr></table>
</td></tr></table></body></html>
`;
  return { subject, text: `${text}\n`, html };
}

/** Line breaks, control, bidi and zero-width characters in a name become a space: no header and no sentence is forged. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, 1000);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
