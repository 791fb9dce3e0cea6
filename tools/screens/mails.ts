import type { See } from './screen.ts';
import type { Stage } from './stage.ts';

/** Every kind of mail that the walks before led to, as a mail program shows it. */
export async function seeMails(stage: Stage, see: See): Promise<void> {
  const page = await stage.newVisitor({ viewport: { width: 720, height: 640 } });
  const seen = new Set<string>();
  for (const mail of stage.mailbox.mails) {
    const kind = mail.subject.replaceAll(/\d+/g, '…');
    if (seen.has(kind)) continue;
    seen.add(kind);
    await page.setContent(mail.html);
    await see(page, kind);
  }
}
