import { useMediaQuery } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';

/** Numbered steps beside a form; on a narrow screen a fold above it. */
export function Guide({
  title,
  head,
  children,
  foot,
}: {
  title: string;
  /** Above the steps. */
  head?: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
}) {
  const narrow = useMediaQuery('(max-width: 1120px)', window.innerWidth <= 1120, { getInitialValueInEffect: false });
  const [open, setOpen] = useState(false);
  const steps = (
    <>
      {head}
      <ol>{children}</ol>
      {foot !== undefined && <p className="guide-foot">{foot}</p>}
    </>
  );
  if (!narrow) {
    return (
      <div className="guide">
        <h2>{title}</h2>
        {steps}
      </div>
    );
  }
  return (
    <details className="guide" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {steps}
    </details>
  );
}
