import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useState, type SubmitEvent } from 'react';
import type { RoleRules } from '../../../../src/api/contract/connections/role-rules.ts';
import { role as roleSchema } from '../../../../src/api/contract/wire.ts';
import { shownError, useChange } from '../../../api/queries.ts';
import { roleName } from '../../../labels.tsx';
import { FormProblem } from '../../../parts/form/form-problem.tsx';
import { UnsavedGuard, UnsavedQuestion } from '../../../parts/form/unsaved-guard.tsx';
import { useKept } from '../../../parts/form/use-kept.ts';
import { toast } from '../../../parts/toast.ts';
import { t } from '../../../texts/t.ts';
import { RolePreview } from './role-preview.tsx';
import { TargetField } from './target-field.tsx';
import { keptRules, newRule, ruleOf, valuesOf } from './rule-values.ts';
import type { RuleValues } from './rule-values.ts';

/** Under what the rules of an organization are kept during a login. */
export function rulesFormName(organizationId: string): string {
  return `role-rules.${organizationId}`;
}

/** The rules as a list to be changed; their order decides. */
export function RulesForm({
  organizationId,
  saved,
  onClose,
}: {
  organizationId: string;
  saved: RoleRules;
  onClose: () => void;
}) {
  const [stored] = useState<RuleValues[]>(() => saved.rules.map(valuesOf));
  const [rules, setRules] = useState(stored);
  const formName = rulesFormName(organizationId);
  useKept(formName, (kept) => setRules(keptRules(kept)));
  const [done, setDone] = useState(false);
  const save = useChange('saveRoleRules', () => {
    toast(t('roles.saved'));
    setDone(true);
  });
  useEffect(() => {
    if (done) onClose();
  }, [done, onClose]);
  const dirty = rules !== stored && !done;
  const [leaving, setLeaving] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate({ params: { organizationId }, body: { rules: rules.map(ruleOf), version: saved.version } });
  };
  const change = (key: number, more: Partial<RuleValues>): void =>
    setRules(rules.map((one) => (one.key === key ? { ...one, ...more } : one)));
  const complete = rules.every(({ claim, value }) => claim.trim() !== '' && value.trim() !== '');
  return (
    <>
      <form className="role-rules" onSubmit={submit}>
        <p className="soft small">{t('roles.value.help')}</p>
        {rules.map((rule, index) => (
          <fieldset key={rule.key} className="role-rule">
            <legend>{t('roles.rule', { number: index + 1 })}</legend>
            <TextInput
              label={t('roles.claim')}
              value={rule.claim}
              maxLength={128}
              required
              onChange={({ currentTarget }) => change(rule.key, { claim: currentTarget.value })}
            />
            <TextInput
              label={t('roles.value')}
              value={rule.value}
              maxLength={256}
              required
              autoComplete="off"
              spellCheck={false}
              onChange={({ currentTarget }) => change(rule.key, { value: currentTarget.value })}
            />
            <TargetField
              organizationId={organizationId}
              value={rule.target}
              known={saved.applications}
              onChange={(target) => change(rule.key, { target, given: target === 'console' ? 'viewer' : '' })}
            />
            {rule.target === 'console' ? (
              <NativeSelect
                label={t('roles.role')}
                value={rule.given}
                data={[
                  { value: 'none', label: t('roles.nothing') },
                  ...roleSchema.options.toReversed().map((value) => ({ value, label: roleName(value) })),
                ]}
                onChange={({ currentTarget }) => change(rule.key, { given: currentTarget.value })}
              />
            ) : (
              <TextInput
                label={t('roles.roles')}
                value={rule.given}
                spellCheck={false}
                onChange={({ currentTarget }) => change(rule.key, { given: currentTarget.value })}
              />
            )}
            <div className="form-actions">
              {index > 0 && (
                <Button
                  variant="default"
                  size="sm"
                  aria-label={t('roles.up', { number: index + 1 })}
                  onClick={() => setRules(rules.toSpliced(index, 1).toSpliced(index - 1, 0, rule))}
                >
                  ↑
                </Button>
              )}
              <Button
                variant="default"
                size="sm"
                aria-label={t('roles.remove', { number: index + 1 })}
                onClick={() => setRules(rules.toSpliced(index, 1))}
              >
                {t('remove')}
              </Button>
            </div>
          </fieldset>
        ))}
        <p>
          <Button variant="default" size="sm" onClick={() => setRules([...rules, newRule()])}>
            {t('roles.add')}
          </Button>
        </p>
        {rules.length > 0 && complete && <RolePreview organizationId={organizationId} rules={rules.map(ruleOf)} />}
        <FormProblem error={shownError(save.error)} />
        <div className="form-actions">
          <Button type="submit" loading={save.isPending}>
            {t('roles.save')}
          </Button>
          <Button variant="default" onClick={() => (dirty ? setLeaving(true) : onClose())}>
            {t('cancel')}
          </Button>
        </div>
      </form>
      <UnsavedGuard name={formName} dirty={dirty} keep={() => ({ rules })} />
      <UnsavedQuestion opened={leaving} onLeave={onClose} onStay={() => setLeaving(false)} />
    </>
  );
}
