import { Card, Facts } from '../../parts/card.tsx';
import { CopyValue } from '../../parts/copy-value.tsx';
import { t } from '../../texts/t.ts';
import type { Filling } from './program-values.ts';

interface SingleValuesProps {
  title: string;
  filling: Filling;
  /** What else is entered there: names and values. */
  further?: readonly (readonly [name: string, value: string])[];
}

/** What a program is told, one by one, for one that is set up in its own pages. */
export function SingleValues({ title, filling, further = [] }: SingleValuesProps) {
  const { clientId = '', clientSecret, issuer = '', discovery = '' } = filling;
  const copied = (value: string, name: string) => <CopyValue key={name} value={value} name={name} />;
  return (
    <Card title={title}>
      <Facts
        rows={[
          [t('client-id'), copied(clientId, t('client-id'))],
          [t('client-secret'), clientSecret === undefined ? null : copied(clientSecret, t('client-secret'))],
          [t('issuer'), copied(issuer, t('issuer'))],
          [t('program.discovery'), copied(discovery, t('program.discovery'))],
          ...further.map(([name, value]) => [name, copied(value, name)] as const),
        ]}
      />
    </Card>
  );
}
