import '../../texts/organization/add-limits.ts';
import { Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { Limit, LimitKind } from '../../../src/api/contract/organizations/limits.ts';
import { Card } from '../../parts/card.tsx';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { UnsavedGuard } from '../../parts/form/unsaved-guard.tsx';
import { useKept } from '../../parts/form/use-kept.ts';
import { DataList, Skeleton, type Column } from '../../parts/list/data-list.tsx';
import { StateChip } from '../../parts/state-chip.tsx';
import { toast } from '../../parts/toast.ts';
import { useAnswer, useChange } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

/** *Limits*: how much the organization and all below it hold and may hold; the root sets them. */
export function LimitsCard({ organizationId }: { organizationId: string }) {
  const { data } = useAnswer('getLimits', { params: { organizationId } });
  const [editing, setEditing] = useState(false);
  const edit = data?.mayChange === true && !editing && (
    <Button variant="default" onClick={() => setEditing(true)}>
      {t('limits.edit')}
    </Button>
  );
  return (
    <Card title={t('limits')} actions={edit} bare={data !== undefined && !editing}>
      {data === undefined ? (
        <Skeleton width={260} />
      ) : editing ? (
        <LimitsForm organizationId={organizationId} limits={data.limits} onDone={() => setEditing(false)} />
      ) : (
        <DataList label={t('limits')} columns={columns()} rows={data.limits} rowKey={({ kind }) => kind} empty={null} />
      )}
    </Card>
  );
}

function columns(): Column<Limit>[] {
  return [
    { title: t('limits.what'), cell: ({ kind }) => t(`limits.${kind}`) },
    { title: t('limits.used'), cell: ({ used }) => t('limits.number', { count: used }), end: true },
    { title: t('limits.most'), cell: ({ most }) => t('limits.number', { count: most }), end: true },
    { title: t('state'), cell: (limit) => <LimitState limit={limit} /> },
  ];
}

function LimitState({ limit: { used, most, set, shared } }: { limit: Limit }) {
  if (used >= most) return <StateChip tone="bad">{t('limits.reached')}</StateChip>;
  if (used >= most * 0.8) return <StateChip tone="warn">{t('limits.near')}</StateChip>;
  return <span className="soft">{t(shared ? 'limits.shared' : set === null ? 'limits.default' : 'limits.set')}</span>;
}

type Values = Record<LimitKind, string>;

function LimitsForm({
  organizationId,
  limits,
  onDone,
}: {
  organizationId: string;
  limits: readonly Limit[];
  onDone: () => void;
}) {
  const isNumber = (text: string): string | null => (/^\s*\d*\s*$/.test(text) ? null : t('limits.wrong'));
  const form = useForm<Values>({
    initialValues: Object.fromEntries(limits.map(({ kind, set }) => [kind, set === null ? '' : String(set)])) as Values,
    validate: {
      organizations: isNumber,
      users: isNumber,
      applications: isNumber,
      resources: isNumber,
      mails: isNumber,
    },
  });
  const formName = `limits.${organizationId}`;
  useKept(formName, form.setValues);
  const change = useChange('changeLimits', () => {
    form.resetDirty();
    toast(t('saved'));
    onDone();
  });
  return (
    <form
      className="form"
      noValidate
      onSubmit={form.onSubmit((values) =>
        change.mutate(
          {
            params: { organizationId },
            body: Object.fromEntries(
              limits.map(({ kind }) => [kind, values[kind].trim() === '' ? null : Number(values[kind])]),
            ),
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p className="soft">{t('limits.text')}</p>
      {limits.map(({ kind, used, most, set }) => (
        <TextInput
          key={kind}
          label={t(`limits.${kind}`)}
          description={t('limits.now', { used })}
          placeholder={set === null ? t('limits.number', { count: most }) : ''}
          inputMode="numeric"
          maxLength={10}
          {...form.getInputProps(kind)}
        />
      ))}
      <FormProblem error={change.error} />
      <div className="form-actions">
        <Button type="submit" loading={change.isPending}>
          {t('save')}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            form.reset();
            onDone();
          }}
        >
          {t('cancel')}
        </Button>
      </div>
      <UnsavedGuard name={formName} dirty={form.isDirty()} keep={() => form.values} />
    </form>
  );
}
