import { Button, Modal, Radio } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { role as roleSchema, type Role } from '../../../src/api/contract/wire.ts';
import { roleName } from '../../labels.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { toast } from '../../parts/toast.ts';
import { useChange, useMay } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

/** What the user may do in the console. */
export function RoleEditor({ user }: { user: UserDetail }) {
  const mayEdit = useMay('edit-roles');
  const [editing, setEditing] = useState(false);
  const change = (
    <Button variant="default" size="sm" onClick={() => setEditing(true)}>
      {t('role.change')}
    </Button>
  );
  return (
    <Card title={t('role.console')} actions={mayEdit ? change : undefined}>
      <p className="row-lines">
        <strong>{roleName(user.role)}</strong>
        <span className="soft">{what(user.role)}</span>
      </p>
      <Modal
        opened={editing}
        onClose={() => setEditing(false)}
        title={t('role.change.title', { name: user.name ?? user.email })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {editing && <RoleForm user={user} onClose={() => setEditing(false)} />}
      </Modal>
    </Card>
  );
}

function what(role: Role | null): string {
  return t(role === null ? 'role.none.what' : `role.${role}.what`);
}

function RoleForm({ user, onClose }: { user: UserDetail; onClose: () => void }) {
  const [role, setRole] = useState<Role | null>(user.roleHeldBack ?? user.role);
  const change = useChange('changeUser', (now) => {
    onClose();
    toast(t('role.changed', { name: now.name ?? now.email, role: roleName(now.role) }));
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate({
      params: { organizationId: user.organization.id, userId: user.id },
      body: { role, version: user.version },
    });
  };
  return (
    <form className="question" onSubmit={submit}>
      <Radio.Group
        aria-label={t('role.console')}
        value={role ?? 'none'}
        onChange={(value) => setRole(roleSchema.safeParse(value).data ?? null)}
      >
        <div className="choices">
          {[null, ...roleSchema.options.toReversed()].map((value) => (
            <Radio key={value ?? 'none'} value={value ?? 'none'} label={roleName(value)} description={what(value)} />
          ))}
        </div>
      </Radio.Group>
      <FormProblem error={change.error} />
      <DialogActions confirm={t('role.change')} busy={change.isPending} onClose={onClose} />
    </form>
  );
}
