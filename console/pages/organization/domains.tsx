import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { Domain, Organization } from '../../../src/api/contract/organizations.ts';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { Card } from '../../parts/card.tsx';
import { DataList, type Column } from '../../parts/list/data-list.tsx';
import { Empty } from '../../parts/list/empty.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Question } from '../../parts/form/question.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useAnswer, useChange } from '../../queries.ts';
import { useScope } from '../../scope.ts';
import { t } from '../../texts/t.ts';

/** Section *Domains*: which mail domains lead their addresses here. */
export function DomainsSection() {
  const { organizationId } = useScope();
  const { data } = useAnswer('getOrganization', { params: { organizationId } });
  const [leaving, setLeaving] = useState<Domain | null>(null);
  const remove = useChange('removeDomain', (_, { params }) => {
    toast(t('domains.removed', { domain: params.domain }));
    setLeaving(null);
  });
  const columns: Column<Domain>[] = [
    { title: t('domain'), cell: (row) => <strong>{row.domain}</strong> },
    {
      title: t('state'),
      cell: (row) =>
        row.state === 'verified' ? (
          <StateChip tone="good">{t('domain.verified')}</StateChip>
        ) : (
          <StateChip tone="idle">{t('domain.routed')}</StateChip>
        ),
    },
    { title: t('domain.since'), cell: (row) => <Moment at={row.createdAt} /> },
  ];
  if (data?.mayRouteDomains === true) {
    columns.push({
      title: t('actions'),
      actions: true,
      cell: (row) => (
        <Button
          variant="default"
          size="sm"
          onClick={() => setLeaving(row)}
          aria-label={t('domains.remove.label', { domain: row.domain })}
        >
          {t('remove')}
        </Button>
      ),
    });
  }
  return (
    <Card
      title={t('domains')}
      bare
      foot={data?.mayRouteDomains === true ? <RouteDomain organization={data} /> : undefined}
    >
      <DataList
        label={t('domains')}
        columns={columns}
        rows={data?.domains}
        rowKey={(row) => row.domain}
        bones={2}
        empty={<Empty title={t('domains.none')} text={t('domains.none.text')} />}
      />
      <Question
        opened={leaving !== null}
        title={t('domains.remove.title', { domain: leaving?.domain ?? '' })}
        confirm={t('domains.remove')}
        danger
        busy={remove.isPending}
        error={shownError(remove.error)}
        onConfirm={() => {
          if (leaving !== null) remove.mutate({ params: { organizationId, domain: leaving.domain } });
        }}
        onClose={() => {
          remove.reset();
          setLeaving(null);
        }}
      >
        {t('domains.remove.text', { domain: leaving?.domain ?? '' })}
      </Question>
    </Card>
  );
}

function RouteDomain({ organization }: { organization: Organization }) {
  const form = useForm({
    initialValues: { domain: organization.proposedDomain ?? '' },
    validate: { domain: (value) => (value.trim() === '' ? t('domains.missing') : null) },
  });
  const route = useChange('routeDomain', (made) => {
    toast(t('domains.routed', { domain: made.domain }));
    form.setValues({ domain: '' });
  });
  return (
    <form
      noValidate
      className="inline-form"
      onSubmit={form.onSubmit(({ domain }) =>
        route.mutate(
          { params: { organizationId: organization.id, domain: domain.trim() } },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <TextInput
        label={t('domains.add')}
        description={t('domains.add.help')}
        placeholder="contoso.example"
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('domain')}
      />
      <Button type="submit" variant="default" loading={route.isPending}>
        {t('domains.add.confirm')}
      </Button>
      <FormProblem error={route.error} />
    </form>
  );
}
