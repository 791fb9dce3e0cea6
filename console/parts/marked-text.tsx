import { Fragment, type ReactNode } from 'react';

const MARKS = /`([^`]+)`|\*([^*\s](?:[^*]*[^*\s])?)\*/g;

/**
 * A sentence that is data (of a preset): `code` and *what is named* stand out, all else is shown as it is.
 * In the language of the data, whatever the page's.
 */
export function MarkedText({ text }: { text: string }) {
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKS)) {
    const [whole, code, named] = match;
    parts.push(<Fragment key={end}>{text.slice(end, match.index)}</Fragment>);
    parts.push(code === undefined ? <em key={match.index}>{named}</em> : <code key={match.index}>{code}</code>);
    end = match.index + whole.length;
  }
  return (
    <bdi lang="en">
      {parts}
      {text.slice(end)}
    </bdi>
  );
}
