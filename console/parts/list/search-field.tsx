import { CloseButton, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../texts/t.ts';

const PAUSE_MS = 200;

/** Searches a list once the typing pauses. `found` says how many, for screen readers. */
export function SearchField({
  label,
  value,
  onSearch,
  found,
}: {
  label: string;
  value: string;
  onSearch: (text: string) => void;
  found?: string | undefined;
}) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value; // changed from outside: filters cleared, or Back
    setText(value);
  }, [value]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = wanted;
      onSearch(wanted);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, onSearch]);
  return (
    <div className="filters-search" role="search">
      <TextInput
        aria-label={label}
        placeholder={label}
        value={text}
        size="sm"
        type="text"
        enterKeyHint="search"
        onChange={(event) => setText(event.currentTarget.value)}
        rightSection={
          text === '' ? null : <CloseButton size="sm" aria-label={t('search.clear')} onClick={() => setText('')} />
        }
      />
      <span className="unseen" role="status">
        {value === '' ? '' : (found ?? '')}
      </span>
    </div>
  );
}
