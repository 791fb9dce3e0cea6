import type { ReactNode } from 'react';
import type { Column } from './data-list.tsx';
import { Empty, NoMatch } from './empty.tsx';
import { PagedList, type ListedAnswer } from './paged-list.tsx';
import { SearchField } from './search-field.tsx';
import { PageHead } from '../frame/page-head.tsx';

interface OwnedListProps<Row extends { id: string }> {
  title: string;
  line: string;
  list: ListedAnswer<Row>;
  columns: readonly Column<Row>[];
  place: { search?: string | undefined; cursor?: string | undefined; before?: number | undefined };
  search: {
    label: string;
    /** Hears what is searched for; nothing is the empty text. */
    onSearch: (text: string) => void;
    /** How many were found, where they are counted. */
    found?: string | undefined;
  };
  total?: number | null;
  /** What is said where there is nothing yet. */
  none: { title: string; text: string };
  /** The button that makes one: in the head, and in the middle of an empty page. Undefined for who may not. */
  add: ReactNode;
  /** Stands before it in the head, whatever is listed. */
  also?: ReactNode;
}

/** A page that lists what one's organization owns: head, search, rows. What could be searched is there before the field is. */
export function OwnedList<Row extends { id: string }>(props: OwnedListProps<Row>) {
  const { title, line, list, columns, place, search, total = null, none, add, also } = props;
  const isSearched = place.search !== undefined;
  const hasAny = isSearched || list.data?.items.length !== 0;
  return (
    <>
      <PageHead
        title={title}
        line={line}
        actions={
          also === undefined && (!hasAny || add === undefined) ? undefined : (
            <>
              {also}
              {hasAny && add}
            </>
          )
        }
        actionsWait={list.data === undefined}
      />
      {hasAny && (
        <div className="filters">
          <SearchField
            label={search.label}
            value={place.search ?? ''}
            onSearch={search.onSearch}
            found={search.found}
          />
        </div>
      )}
      <PagedList
        label={title}
        list={list}
        columns={columns}
        rowKey={(row) => row.id}
        place={place}
        total={total}
        empty={
          isSearched ? (
            <NoMatch onClear={() => search.onSearch('')} />
          ) : (
            <Empty title={none.title} text={none.text} action={add} />
          )
        }
      />
    </>
  );
}
