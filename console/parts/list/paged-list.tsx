import type { ReactNode } from 'react';
import { DataList, type Column } from './data-list.tsx';
import { ListFoot } from './list-foot.tsx';

/** The query of a list, as far as its rows are shown. */
export interface ListedAnswer<Row> {
  /** Undefined while the first page loads. */
  data: { items: readonly Row[]; nextCursor: string | null } | undefined;
  isPlaceholderData: boolean;
}

interface PagedListProps<Row> {
  /** What the table holds, for screen readers. */
  label: string;
  list: ListedAnswer<Row>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** Shown in place of rows when there are none. */
  empty: ReactNode;
  /** Where in the list this page stands; it is in the address. */
  place: { cursor?: string | undefined; before?: number | undefined };
  /** How many there are in all: null where they are not counted, `many` where there are more than are counted. */
  total: number | 'many' | null;
}

/** A page of a list with the way to the other pages. */
export function PagedList<Row>({ label, list, columns, rowKey, empty, place, total }: PagedListProps<Row>) {
  return (
    <>
      <DataList
        label={label}
        columns={columns}
        rows={list.data?.items}
        rowKey={rowKey}
        stale={list.isPlaceholderData}
        empty={empty}
      />
      <ListFoot
        before={place.before ?? 0}
        shown={list.data?.items.length ?? 0}
        total={total}
        nextCursor={list.data?.nextCursor ?? null}
        atStart={place.cursor === undefined}
      />
    </>
  );
}
