import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useAnswer, useMe } from '../../../api/queries.ts';
import { t } from '../../../texts/t.ts';

const CONSOLE = 'console';

/**
 * Where a rule gives roles: the console, or an application of this organization or of one's own, which manages it, found
 * by typing part of its name.
 */
export function TargetField({
  organizationId,
  value,
  known,
  onChange,
}: {
  organizationId: string;
  value: string;
  /** Names of those chosen before. */
  known: readonly { id: string; name: string }[];
  onChange: (value: string) => void;
}) {
  const own = useMe().organization.id;
  const [text, setText] = useState('');
  const [typed] = useDebouncedValue(text, 200);
  const names = useRef(new Map([[CONSOLE, t('roles.console')], ...known.map(({ id, name }) => [id, name] as const)]));
  // The name of what is chosen stands in the field: that is no search.
  const search = typed === names.current.get(value) ? undefined : typed || undefined;
  const query = { search, limit: 20 };
  const managing = useAnswer('listApplications', { params: { organizationId: own }, query }, { keep: true });
  const here = useAnswer(
    'listApplications',
    { params: { organizationId }, query },
    { keep: true, enabled: own !== organizationId },
  );
  const found = [...(managing.data?.items ?? []), ...(here.data?.items ?? [])];
  for (const { id, name } of found) names.current.set(id, name);
  const ids = new Set([CONSOLE, value, ...(search === undefined ? known.map(({ id }) => id) : [])]);
  for (const { id } of found) ids.add(id);
  return (
    <Select
      label={t('roles.target')}
      searchable
      comboboxProps={{ withinPortal: false }}
      allowDeselect={false}
      value={value}
      searchValue={text}
      onSearchChange={setText}
      onChange={(chosen) => onChange(chosen ?? CONSOLE)}
      data={[...ids].map((id) => ({ value: id, label: names.current.get(id) ?? id }))}
      filter={({ options }) => options}
    />
  );
}
