import type { ReactNode } from 'react';
import type { Tone } from './state-chip.tsx';

interface NoticeProps {
  tone?: Tone;
  /** Announce it when it appears: what went wrong at once, all else when the reader pauses. */
  live?: boolean;
  children: ReactNode;
}

/** A sentence or two that belong to what is below or above them. */
export function Notice({ tone = 'good', live = false, children }: NoticeProps) {
  const role = live ? (tone === 'bad' ? 'alert' : 'status') : undefined;
  return (
    <div className="notice" data-tone={tone} role={role}>
      <div>{children}</div>
    </div>
  );
}
