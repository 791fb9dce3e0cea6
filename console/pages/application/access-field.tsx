import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useAnswer, useMe } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

interface AccessFieldProps {
  /** Ids of the organizations chosen. */
  value: string[];
  onChange: (value: string[]) => void;
  /** Names of those chosen before. */
  known: readonly { id: string; name: string }[];
}

/** Narrows an application to some organizations, found by typing part of a name; none: the owner and all below. */
export function AccessField({ value, onChange, known }: AccessFieldProps) {
  const { organization } = useMe();
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const found = useAnswer('listOrganizations', { query: { search: search || undefined, limit: 20 } }, { keep: true });
  const names = useRef(new Map(known.map(({ id, name }) => [id, name])));
  names.current.set(organization.id, organization.name);
  for (const { id, name } of found.data?.items ?? []) names.current.set(id, name);
  return (
    <MultiSelect
      label={t('application.access')}
      description={t('application.access.help', { name: organization.name })}
      placeholder={value.length === 0 ? t('application.access.all') : undefined}
      searchable
      clearable
      value={value}
      onChange={onChange}
      searchValue={text}
      onSearchChange={setText}
      data={[...names.current].map(([id, name]) => ({ value: id, label: name }))}
      nothingFoundMessage={t('list.no-match')}
      clearButtonProps={{ 'aria-label': t('application.access.clear') }}
    />
  );
}
