import { Button } from '@mantine/core';
import { Card } from './card.tsx';
import { FormProblem } from './form/form-problem.tsx';
import { t } from '../texts/t.ts';

/** A card whose content could not be fetched says so, and asks again; nothing while it is on its way. */
export function CardFailure({ title, error, again }: { title: string; error: unknown; again: () => unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <Card title={title}>
      <FormProblem error={error} />
      <p>
        <Button variant="default" size="sm" onClick={() => void again()}>
          {t('try-again')}
        </Button>
      </p>
    </Card>
  );
}
