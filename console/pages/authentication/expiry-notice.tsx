import { Notice } from '../../parts/notice.tsx';
import { t } from '../../texts/t.ts';

/** Said from so many days before on. */
const SOON = 60;
const DAY_MS = 86_400_000;

/** Says that the credential at the provider expires soon, or has, and what to do. */
export function ExpiryNotice({ expiresAt, credential }: { expiresAt: string | null; credential: string }) {
  if (expiresAt === null) return null;
  const days = Math.max(0, Math.ceil((new Date(expiresAt).getTime() - Date.now()) / DAY_MS));
  if (days > SOON) return null;
  const text = t(credential === 'certificate' ? 'credentials.soon.certificate' : 'credentials.soon', { days });
  return <Notice tone={days === 0 ? 'bad' : 'warn'}>{text}</Notice>;
}
