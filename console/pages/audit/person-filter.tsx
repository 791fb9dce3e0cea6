import '../../texts/add-events.ts';
import { CloseButton, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { User } from '../../../src/api/contract/users.ts';
import { useAnswer } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

interface PersonFilterProps {
  organizationId: string;
  userId: string | undefined;
  onChoose: (userId: string | undefined) => void;
}

/** Chooses one person of the organization by typing part of the name or address. */
export function PersonFilter({ organizationId, userId, onChoose }: PersonFilterProps) {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, 200);
  const found = useAnswer(
    'listUsers',
    { params: { organizationId }, query: { search: search || undefined, limit: 20 } },
    { keep: true },
  );
  const chosen = useAnswer(
    'getUser',
    { params: { organizationId, userId: userId ?? '' } },
    { enabled: userId !== undefined },
  ).data;
  const people: Pick<User, 'id' | 'email' | 'name'>[] = [...(found.data?.items ?? [])];
  if (userId !== undefined && !people.some(({ id }) => id === userId)) {
    people.unshift({ id: userId, email: chosen?.email ?? t('event.somebody'), name: chosen?.name ?? null });
  }
  return (
    <Select
      className="filters-search"
      size="sm"
      aria-label={t('audit.person')}
      placeholder={t('audit.person')}
      searchable
      value={userId ?? null}
      searchValue={text}
      onSearchChange={setText}
      onChange={(value) => onChoose(value ?? undefined)}
      data={people.map(({ id, email, name }) => ({ value: id, label: name === null ? email : `${name} (${email})` }))}
      filter={({ options }) => options}
      nothingFoundMessage={t('audit.person.none')}
      rightSectionPointerEvents="all"
      rightSection={
        userId === undefined ? undefined : (
          <CloseButton size="sm" aria-label={t('audit.person.clear')} onClick={() => onChoose(undefined)} />
        )
      }
    />
  );
}
