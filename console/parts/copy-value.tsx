import { Button, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import { t } from '../texts/t.ts';

/** A value to be pasted elsewhere, with a button that copies it and says so. `name` says what is copied, for screen readers. */
export function CopyValue({ value, name }: { value: string; name: string }) {
  return (
    <div className="copy">
      <code className="copy-value" dir="ltr">
        {value}
      </code>
      <CopyButton value={value} name={name} />
    </div>
  );
}

/** Copies a value that is shown beside it, and says so. */
export function CopyButton({ value, name }: { value: string; name: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      setCopied(false); // the browser denies the clipboard; the value can be selected with one click
    }
  };
  return (
    <>
      <Button
        variant="default"
        size="sm"
        onClick={() => void copy()}
        aria-label={t(copied ? 'copy.done.label' : 'copy.label', { name })}
      >
        {copied ? t('copy.done') : t('copy')}
      </Button>
      <VisuallyHidden role="status">{copied ? t('copy.said', { name }) : ''}</VisuallyHidden>
    </>
  );
}
