/** The mark: an arch in an arch, in the colours of the scheme. */
export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" fill="none" aria-hidden="true">
      <path
        d="M4 25V13C4 7.5 8.5 3 14 3s10 4.5 10 10v12"
        stroke="var(--accent)"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <path d="M9.5 25V14a4.5 4.5 0 0 1 9 0v11" stroke="var(--brass)" strokeWidth="2.2" strokeLinecap="round" />
      <path d="M2.5 25h23" stroke="var(--accent)" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}
