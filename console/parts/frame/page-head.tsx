import { useEffect, useRef, type ReactNode } from 'react';
import { productName } from '../../texts/t.ts';

interface PageHeadProps {
  title: string;
  /** The section of the page that is shown, for the browser's title. */
  section?: string | undefined;
  /** A chip beside the title. */
  state?: ReactNode;
  /** One line below the title: what this is, how many. */
  line?: ReactNode;
  /** A link back to what this belongs to. */
  back?: ReactNode;
  actions?: ReactNode;
  /** The actions keep their place and are not there yet: what they depend on is being loaded. */
  actionsWait?: boolean;
}

/** Head of a page: its only h1, which takes the focus when the page is entered, so that screen readers announce the page. */
export function PageHead({ title, section, state, line, back, actions, actionsWait = false }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    document.title = [section, title, productName()].filter((part) => part !== undefined).join(' · ');
  }, [section, title]);
  return (
    <div className="head">
      <div className="head-text">
        {back !== undefined && <div className="crumbs">{back}</div>}
        <div className="head-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {state}
        </div>
        {line !== undefined && <p className="head-line">{line}</p>}
      </div>
      {actions !== undefined && (
        <div className="head-actions" data-waits={actionsWait || undefined}>
          {actions}
        </div>
      )}
    </div>
  );
}
