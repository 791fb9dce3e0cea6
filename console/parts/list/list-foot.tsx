import { Link, useRouter } from '@tanstack/react-router';
import { t } from '../../texts/t.ts';

interface ListFootProps {
  /** How many rows stand before this page, on it, and in all (null: not counted; `many`: more than are counted). */
  before: number;
  shown: number;
  total: number | 'many' | null;
  nextCursor: string | null;
  atStart: boolean;
}

/** Which rows these are, and the way to the others; the place stands in the address. */
export function ListFoot({ before, shown, total, nextCursor, atStart }: ListFootProps) {
  const router = useRouter();
  if (atStart && nextCursor === null) return null; // all there is stands above
  return (
    <nav className="list-foot" aria-label={t('paging')}>
      <span>{rangeText({ from: before + 1, to: before + shown }, total)}</span>
      {!atStart && (
        <>
          <Link to="." search={(old) => ({ ...old, cursor: undefined, before: undefined })}>
            {t('paging.first')}
          </Link>
          <button type="button" className="as-link" onClick={() => router.history.back()}>
            {t('paging.back')}
          </button>
        </>
      )}
      {nextCursor !== null && (
        <Link to="." search={(old) => ({ ...old, cursor: nextCursor, before: before + shown })}>
          {t('paging.next')}
        </Link>
      )}
    </nav>
  );
}

function rangeText(range: { from: number; to: number }, total: ListFootProps['total']): string {
  if (total === null) return t('paging.range', range);
  return total === 'many' ? t('paging.of-many', range) : t('paging.of', { ...range, total });
}

/** The way to older rows and back, of a list in the order of time that is not counted. */
export function TimeFoot({ cursor, nextCursor }: { cursor: string | undefined; nextCursor: string | null }) {
  if (nextCursor === null && cursor === undefined) return null;
  return (
    <nav className="list-foot" aria-label={t('paging')}>
      {cursor !== undefined && (
        <Link to="." search={(old) => ({ ...old, cursor: undefined })}>
          {t('paging.newest')}
        </Link>
      )}
      {nextCursor !== null && (
        <Link to="." search={(old) => ({ ...old, cursor: nextCursor })}>
          {t('paging.older')}
        </Link>
      )}
    </nav>
  );
}
