import { useState, type ReactNode } from 'react';
import { t } from '../../../texts/t.ts';

/** What few connections need, in a fold that is open where something of it was changed; it works only while it is open. */
export function Further({ changed, children }: { changed: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(changed);
  return (
    <details className="further" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('further-settings')}</summary>
      {open && <div className="form form-wide">{children}</div>}
    </details>
  );
}
