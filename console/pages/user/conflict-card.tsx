import { Button, Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import type { UserDetail } from '../../../src/api/contract/users.ts';
import { Card, Facts } from '../../parts/card.tsx';
import { DialogActions } from '../../parts/form/dialog-actions.tsx';
import { fieldErrors } from '../../parts/form/field-errors.ts';
import { FormProblem } from '../../parts/form/form-problem.tsx';
import { Question } from '../../parts/form/question.tsx';
import { Moment } from '../../parts/moment.tsx';
import { toast } from '../../parts/toast.ts';
import { shownError, useChange, useMay } from '../../api/queries.ts';
import { t } from '../../texts/t.ts';

type Conflict = UserDetail['conflicts'][number];

/** Two persons behind one user: both as they are known, and the two decisions. */
export function ConflictCard({ user, conflict, mayEdit }: { user: UserDetail; conflict: Conflict; mayEdit: boolean }) {
  const [asking, setAsking] = useState<'same' | 'another' | null>(null);
  const mayMove = useMay('edit-roles');
  const name = nameOf(user);
  const params = { organizationId: user.organization.id, userId: user.id, conflictId: conflict.id };
  const same = useChange('confirmSamePerson', () => {
    setAsking(null);
    toast(t('conflict.same.done', { name }));
  });
  const actions = (
    <>
      {mayMove && (
        <Button variant="default" size="sm" onClick={() => setAsking('same')}>
          {t('conflict.same')}
        </Button>
      )}
      <Button variant="default" size="sm" onClick={() => setAsking('another')}>
        {t('conflict.another')}
      </Button>
    </>
  );
  const came = cameAs(conflict);
  const other = conflict.tiedTo;
  return (
    <Card title={t('conflict.title')} actions={mayEdit ? actions : undefined}>
      <p className="soft">{reasonOf(user, conflict)}</p>
      <div className="pair">
        <section aria-label={t('conflict.user')}>
          <h3>{t('conflict.user')}</h3>
          <Facts rows={userFacts(user)} />
        </section>
        <section aria-label={t('conflict.came')}>
          <h3>{t('conflict.came')}</h3>
          <Facts rows={cameFacts(conflict)} />
        </section>
      </div>
      <Question
        opened={asking === 'same'}
        title={t('conflict.same.title')}
        confirm={t('conflict.same')}
        danger
        busy={same.isPending}
        error={shownError(same.error)}
        onConfirm={() => same.mutate({ params, body: { shown: conflict.shown } })}
        onClose={() => {
          same.reset();
          setAsking(null);
        }}
      >
        {other === null
          ? t('conflict.same.text', { name, came, sessions: user.sessions })
          : t('conflict.same.tied', { name, came, other: nameOf(other) })}
      </Question>
      <Modal
        opened={asking === 'another'}
        onClose={() => setAsking(null)}
        title={t('conflict.another.title')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {asking === 'another' && <AnotherForm user={user} conflict={conflict} onClose={() => setAsking(null)} />}
      </Modal>
    </Card>
  );
}

/** *Another person*: the address this user takes, where who came has the one of now. */
function AnotherForm({ user, conflict, onClose }: { user: UserDetail; conflict: Conflict; onClose: () => void }) {
  const name = nameOf(user);
  const stated = user.identities.find(({ statedAddress }) => statedAddress !== null)?.statedAddress ?? null;
  const asks = conflict.sameAddress && conflict.tiedTo === null;
  const form = useForm({
    initialValues: { email: stated ?? '' },
    validate: { email: (email) => (asks && email.trim() === '' ? t('field.required') : null) },
  });
  const change = useChange('confirmAnotherPerson', ({ invited }) => {
    toast(t('conflict.another.done', { name, invited: invited ?? 'none' }));
    onClose();
  });
  const came = cameAs(conflict);
  const invites = conflict.address !== null && conflict.tiedTo === null;
  return (
    <form
      className="question"
      noValidate
      onSubmit={form.onSubmit(({ email }) =>
        change.mutate(
          {
            params: { organizationId: user.organization.id, userId: user.id, conflictId: conflict.id },
            body: { shown: conflict.shown, ...(asks ? { email: email.trim() } : {}) },
          },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
    >
      <p className="soft">
        {asks
          ? t('conflict.another.text', { name, came })
          : invites
            ? t('conflict.another.apart', { name, came })
            : t('conflict.another.nothing', { name })}
      </p>
      {asks && (
        <TextInput
          type="email"
          label={t('conflict.another.email', { name })}
          description={
            stated === null ? t('conflict.another.email.help', { name }) : t('conflict.another.email.stated', { name })
          }
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('email')}
        />
      )}
      <FormProblem error={change.error} />
      <DialogActions confirm={t('conflict.another')} busy={change.isPending} onClose={onClose} />
    </form>
  );
}

function reasonOf(user: UserDetail, conflict: Conflict): string {
  if (conflict.tiedTo !== null) return t('conflict.text.tied');
  return user.identities.length === 0 ? t('conflict.text.reset') : t('conflict.text');
}

function userFacts(user: UserDetail): (readonly [string, React.ReactNode])[] {
  const subjects = user.identities.map(({ subject }) => subject).join(', ');
  return [
    [t('conflict.name'), user.name ?? t('conflict.none')],
    [
      t('conflict.address'),
      <bdi key="address" dir="ltr">
        {user.email}
      </bdi>,
    ],
    [t('conflict.subject'), <code key="subject">{subjects === '' ? t('conflict.subject.reset') : subjects}</code>],
    [t('last-login'), <Moment key="login" at={user.lastLoginAt} never={t('never')} />],
  ];
}

function cameFacts(conflict: Conflict): (readonly [string, React.ReactNode])[] {
  const { name, address, subject, tiedTo, firstSeenAt, lastSeenAt, reference } = conflict;
  return [
    [t('conflict.name'), name ?? t('conflict.none')],
    [
      t('conflict.address'),
      address === null ? (
        t('conflict.none')
      ) : (
        <bdi key="address" dir="ltr">
          {address}
        </bdi>
      ),
    ],
    [t('conflict.subject'), <code key="subject">{subject}</code>],
    [t('conflict.tied-to'), tiedTo === null ? null : nameOf(tiedTo)],
    [t('last-login'), tiedTo === null ? null : <Moment key="login" at={tiedTo.lastLoginAt} never={t('never')} />],
    [t('conflict.tried'), <Moment key="tried" at={lastSeenAt} />],
    [t('conflict.first-tried'), firstSeenAt === lastSeenAt ? null : <Moment key="first" at={firstSeenAt} />],
    [t('conflict.reference'), <code key="reference">{reference}</code>],
  ];
}

function nameOf(user: { name: string | null; email: string }): string {
  return user.name ?? user.email;
}

/** What who came is called: the address, else the name, else the subject. */
function cameAs({ address, name, subject }: Conflict): string {
  return address ?? name ?? subject;
}
