import { Button } from '@mantine/core';
import { productName, t } from '../../texts/t.ts';
import { Mark } from './mark.tsx';

/** A page of its own for when the console cannot start: what happened, what to do. */
export function Failure({
  title,
  text,
  next,
}: {
  title: string;
  text: string;
  next?: { label: string; onClick: () => void };
}) {
  return (
    <main className="failure">
      <div className="failure-card">
        <div className="top-brand">
          <Mark />
          <span>{productName()}</span>
        </div>
        <h1>{title}</h1>
        <p>{text}</p>
        <div className="form-actions">
          {next !== undefined && <Button onClick={next.onClick}>{next.label}</Button>}
          <Button component="a" href="/" variant="default">
            {t('nav.home')}
          </Button>
        </div>
      </div>
    </main>
  );
}
