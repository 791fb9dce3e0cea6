import type { ReactNode } from 'react';

/** Nothing to show: what this would be, why there is none, and the one thing to do about it. */
export function Empty({ title, text, action }: { title: string; text: string; action?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {action !== undefined && <div className="empty-action">{action}</div>}
    </div>
  );
}
