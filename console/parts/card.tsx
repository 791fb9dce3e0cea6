import { useEffect, useId, useRef, type ReactNode } from 'react';

interface CardProps {
  title: string;
  state?: ReactNode;
  actions?: ReactNode;
  foot?: ReactNode;
  /** The content brings its own spacing (a list, a form with a guide). */
  bare?: boolean;
  children: ReactNode;
}

/** A section of a page: heading, what one may do, content. */
export function Card({ title, state, actions, foot, bare = false, children }: CardProps) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  // Where the link that was pressed is gone, the keyboard focus goes to the heading.
  useEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <div className="card-title">
          <h2 id={id} ref={heading} tabIndex={-1}>
            {title}
          </h2>
          {state}
        </div>
        {actions !== undefined && <div className="card-actions">{actions}</div>}
      </div>
      {bare ? children : <div className="card-body">{children}</div>}
      {foot !== undefined && <div className="card-foot">{foot}</div>}
    </section>
  );
}

/** Names and values; rows without a value are left out. */
export function Facts({ rows }: { rows: readonly (readonly [name: string, value: ReactNode])[] }) {
  const present = rows.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl className="facts">
      {present.map(([name, value]) => (
        <FactRow key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function FactRow({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
