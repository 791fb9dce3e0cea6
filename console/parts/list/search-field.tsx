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
  onEnter,
}: {
  label: string;
  value: string;
  onSearch: (text: string) => void;
  found?: string | undefined;
  /** *Enter*, with what stands in the field by then. */
  onEnter?: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
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
        ref={input}
        aria-label={label}
        placeholder={label}
        value={text}
        size="sm"
        type="text"
        enterKeyHint="search"
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter?.(text.trim());
        }}
        rightSection={
          text === '' ? null : (
            <CloseButton
              size="sm"
              aria-label={t('search.clear')}
              onClick={() => {
                setText('');
                input.current?.focus(); // the button goes with the text
              }}
            />
          )
        }
      />
      <span className="unseen" role="status">
        {value === '' ? '' : (found ?? '')}
      </span>
    </div>
  );
}
