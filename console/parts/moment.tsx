import { moment, sinceNow } from '../texts/t.ts';

/** A moment as seen from now, in full on hover and for machines. */
export function Moment({ at, never }: { at: string | null | undefined; never?: string }) {
  if (at === null || at === undefined) return <span className="soft">{never ?? ''}</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={moment(date)} className="nowrap">
      {sinceNow(date, new Date())}
    </time>
  );
}
