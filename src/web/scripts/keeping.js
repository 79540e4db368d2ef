const QUIET_MS = 3000;
const ANSWER_WITHIN_MS = 15_000;
/** After a failure it tries again, each time later, and at once when the network is back. */
const AGAIN_MS = [5000, 15_000, 30_000, 60_000];

/**
 * Keeps a page of the form while somebody writes: what is typed goes to the server after a pause, and the page says when it
 * was kept. Nothing is asked and nothing moves; the buttons work as without it. Where somebody else's version stands on the
 * server it stops and says so, because only a person may choose between two.
 */
export function keepWhileWriting(form) {
  const { keep } = form.dataset;
  const revision = form.elements.namedItem('revision');
  const status = form.querySelector('[data-keep-status]');
  if (!keep || !revision || !status) return;
  const words = status.dataset;
  const asTyped = () => {
    const fields = new URLSearchParams(new FormData(form));
    for (const name of ['_csrf', 'revision', 'from']) fields.delete(name);
    return fields.toString();
  };
  let kept = asTyped();
  let timer;
  let failures = 0;
  let under = null;
  let ended = false;
  let leaving = false;

  const say = (text, tone) => {
    if (status.textContent !== text) status.textContent = text;
    status.dataset.tone = tone;
  };
  const end = (text) => {
    ended = true;
    clearTimeout(timer);
    say(text, 'warning');
  };
  const later = (milliseconds) => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(start, milliseconds);
  };

  async function send() {
    const sent = asTyped();
    if (sent === kept) return;
    let answer;
    try {
      answer = await fetch(keep, {
        method: 'POST',
        body: new URLSearchParams(new FormData(form)),
        headers: { accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
    } catch {
      return failed();
    }
    // Whoever is signed out is led away; the page stays, and its button leads through the sign-in and back.
    if (answer.type === 'opaqueredirect' || answer.status === 401) return end(words.signedOut);
    if (answer.status === 412) return end(words.stale);
    if (answer.status === 429 || answer.status >= 500) return failed();
    if (!answer.ok) return end(words.closed);
    const result = await answer.json();
    failures = 0;
    kept = sent;
    revision.value = result.revision;
    form.dispatchEvent(new CustomEvent('most:kept'));
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: 'short' }).format(
      new Date(result.savedAt),
    );
    say((result.notTaken > 0 ? words.partly : words.kept).replace('%time%', time), 'kept');
    if (asTyped() !== sent) later(QUIET_MS);
  }

  function failed() {
    say(words.failed, 'warning');
    later(AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)]);
  }

  function start() {
    if (under || ended) return;
    under = send().finally(() => (under = null));
  }

  form.addEventListener('input', () => later(QUIET_MS));
  form.addEventListener('change', () => later(300));
  window.addEventListener('online', () => failures > 0 && later(0));
  // Whoever looks at another window has their words kept; whoever goes to another page was asked by the browser, and a
  // page that is opened next must not be older than what is still on its way.
  window.addEventListener('pagehide', () => {
    leaving = true;
    clearTimeout(timer);
  });
  window.addEventListener('pageshow', () => {
    leaving = false;
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && !leaving) start();
  });
  // Of two that are under way the second would look like somebody else's: the button waits for the first.
  form.addEventListener('submit', (event) => {
    clearTimeout(timer);
    if (!under) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    void under.finally(() => form.requestSubmit(submitter));
  });
}
