/** Questions that hang on an answer of the same page appear with it at once; what is written in a hidden one stays. */
export function showWhenApplies(form) {
  const hanging = [...form.querySelectorAll('[data-visible-if]')];
  for (const part of hanging) {
    // What the note says is seen now.
    const note = part.querySelector('.most-conditional__when');
    if (note) note.hidden = true;
  }
  const answerTo = (name) => {
    const controls = [...form.elements].filter((control) => control.name === name);
    const chosen = controls.find((control) => control.type !== 'radio' || control.checked);
    return chosen && !chosen.closest('[data-visible-if][hidden]') ? chosen.value : '';
  };
  const show = () => {
    // In the order of the page: what hangs on a hidden question is hidden with it.
    for (const part of hanging) {
      part.hidden = !JSON.parse(part.dataset.visibleIs).includes(answerTo(part.dataset.visibleIf));
    }
  };
  form.addEventListener('change', show);
  window.addEventListener('pageshow', show);
  show();
}
