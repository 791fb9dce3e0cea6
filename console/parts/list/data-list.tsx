import { Fragment, type ReactNode } from 'react';
import { t } from '../../texts/t.ts';

/** A column: what it is called, what a row shows in it. The first one names the row. */
export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  /** Aligned at the end of the line, for numbers. */
  end?: boolean;
  /** Buttons instead of a value; the title is for screen readers alone. */
  actions?: boolean;
}

interface DataListProps<Row> {
  /** What the table holds, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  /** Undefined while the first page loads. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** The rows are those of the previous query; the next is being fetched. */
  stale?: boolean;
  /** Shown in place of rows when there are none. */
  empty: ReactNode;
  /** How many skeleton rows are shown while the first page loads. */
  skeletonRows?: number;
  /** A second line below a row, over all columns. */
  below?: (row: Row) => ReactNode;
}

/** A table, cards on a narrow screen; the layout does not move when the data arrives. */
export function DataList<Row>({
  label,
  columns,
  rows,
  rowKey,
  stale = false,
  empty,
  skeletonRows = 5,
  below,
}: DataListProps<Row>) {
  if (rows?.length === 0) return <div className="list">{empty}</div>;
  return (
    <div className="list" data-stale={stale || undefined}>
      <table role="table" aria-label={label} aria-busy={rows === undefined || stale}>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th
                key={column.title}
                role="columnheader"
                scope="col"
                className={column.end === true ? 'end' : undefined}
              >
                {column.actions === true ? <span className="unseen">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows === undefined
            ? Array.from({ length: skeletonRows }, (_, index) => (
                <BoneRow key={index} count={columns.length} seed={index} />
              ))
            : rows.map((row) => (
                <Fragment key={rowKey(row)}>
                  <tr role="row">
                    {columns.map((column, index) => (
                      <Cell key={column.title} column={column} row={row} heading={index === 0} />
                    ))}
                  </tr>
                  {below?.(row)}
                </Fragment>
              ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row, heading }: { column: Column<Row>; row: Row; heading: boolean }) {
  if (heading)
    return (
      <th role="rowheader" scope="row">
        {column.cell(row)}
      </th>
    );
  const kind = column.actions === true ? 'row-actions' : column.end === true ? 'end' : undefined;
  return (
    <td role="cell" className={kind} data-label={column.actions === true ? undefined : column.title}>
      {column.cell(row)}
    </td>
  );
}

function BoneRow({ count, seed }: { count: number; seed: number }) {
  return (
    <tr role="row">
      {Array.from({ length: count }, (_, index) => (
        <td role="cell" key={index}>
          <Skeleton width={index === 0 ? 110 + ((seed * 37) % 60) : 56 + ((seed * 23 + index * 17) % 50)} />
          {seed === 0 && index === 0 && <span className="unseen">{t('loading')}</span>}
        </td>
      ))}
    </tr>
  );
}

/** A skeleton in the place of a text that loads. */
export function Skeleton({ width }: { width: number }) {
  return <span className="skeleton" style={{ width }} aria-hidden="true" />;
}
