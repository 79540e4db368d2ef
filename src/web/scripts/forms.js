/** Lets a form go once: a second click while the first is on its way does nothing, and the button says that it works. */
export function guardSubmit(form) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.submitting === 'true') {
      event.preventDefault();
      return;
    }
    if (form.method !== 'post') return;
    form.dataset.submitting = 'true';
    // After this event: a disabled button's own name and value would not be sent.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button[type="submit"], button:not([type])')) {
        button.setAttribute('aria-disabled', 'true');
      }
    }, 0);
    // A download or a dropped connection leaves the page here: give the button back.
    setTimeout(() => release(form), 8000);
  });
  // Coming back by the browser's button restores the page as it was left, marks included.
  window.addEventListener('pageshow', () => release(form));
}

function release(form) {
  delete form.dataset.submitting;
  for (const button of form.querySelectorAll('button[aria-disabled]'))
    button.removeAttribute('aria-disabled');
}

/** Asks before a page with typed but unsent text is left. The browser words the question. */
export function guardUnsaved(form) {
  const asSent = () =>
    new URLSearchParams([...new FormData(form)].map(([k, v]) => [k, v.name ?? v])).toString();
  let before = asSent();
  let leaving = false;
  // A page that keeps itself: only what was typed since is asked for. Its revision has moved with it.
  form.addEventListener('most:kept', () => {
    before = asSent();
  });
  form.addEventListener('submit', () => {
    leaving = true;
  });
  window.addEventListener('pageshow', () => {
    leaving = false;
  });
  window.addEventListener('beforeunload', (event) => {
    if (!leaving && asSent() !== before) event.preventDefault();
  });
}
