// Shows the page anew when what it shows has changed: the text at `data-watch` differs from what it was.
const { watch } = document.documentElement.dataset;
let before;
const look = async () => {
  const answer = await fetch(watch).catch(() => undefined);
  const now = answer?.ok ? await answer.text() : before;
  if (before !== undefined && now !== before) location.reload();
  before = now;
};
void look();
setInterval(() => void look(), 2000);
