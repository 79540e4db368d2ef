const QUIET_MS = 700;

/**
 * Says while somebody types which condition of the call an answer does not meet, and how a name is likely to stand in the
 * passport. The server judges, by the same rules as when the page is saved; where it does not answer, the page says what it
 * said before. `changeProposal` shows another spelling in a proposal's note.
 */
export function judgeWhileTyping(form, changeProposal) {
  const note = document.querySelector('[data-unmet]');
  let timer;
  let under;

  const show = ({ unmet, proposals }) => {
    if (note) {
      const lines = unmet.map(({ message, href }) => {
        const link = document.createElement('a');
        link.className = 'govuk-link';
        link.href = href;
        link.textContent = message;
        const line = document.createElement('li');
        line.append(link);
        return line;
      });
      note.querySelector('ul').replaceChildren(...lines);
      note.hidden = lines.length === 0;
    }
    for (const [name, proposal] of Object.entries(proposals)) {
      const offered = form.querySelector(`[data-proposal][data-for="field-${name}"]`);
      if (offered) changeProposal(offered, proposal);
    }
  };

  async function ask() {
    under?.abort();
    under = new AbortController();
    const { signal } = under;
    try {
      const answer = await fetch(form.dataset.judge, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        headers: { accept: 'application/json' },
        redirect: 'manual',
        signal,
      });
      if (answer.ok && !signal.aborted) show(await answer.json());
    } catch {
      // Without an answer nothing is said: the page is judged when it is saved.
    }
  }

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, QUIET_MS);
  });
}
