/** Rows of a table are added and taken away at once. Without this the buttons save the page and do the same. */
export function growingRows(table) {
  const { least, max } = table.dataset;
  const add = table.querySelector('[data-row-add]');
  const rows = () => [...table.querySelectorAll('[data-row]')];
  const controlsOf = (row) => [...row.querySelectorAll('input, select')];
  const isEmpty = (row) => controlsOf(row).every((control) => control.value.trim() === '');

  const numbered = (text, number) => text.replace('%number%', number);
  const renumber = () => {
    rows().forEach((row, index) => {
      const number = String(index + 1);
      row.querySelector('legend').textContent = numbered(row.dataset.title, number);
      const remove = row.querySelector('[data-row-remove]');
      remove.textContent = numbered(remove.dataset.title, number);
      for (const control of controlsOf(row)) {
        const label = row.querySelector(`label[for="${control.id}"]`);
        control.name = control.name.replace(/-\d+-/, `-${number}-`);
        control.id = `field-${control.name}`;
        if (label) label.htmlFor = control.id;
      }
    });
    add.hidden = rows().length >= Number(max);
  };
  const cleared = (row) => {
    for (const control of controlsOf(row)) {
      control.value = '';
      control.classList.remove('govuk-input--error', 'govuk-select--error');
      control.removeAttribute('aria-describedby');
    }
    for (const error of row.querySelectorAll('.govuk-error-message')) error.remove();
    for (const cell of row.querySelectorAll('.most-rows__cell--error')) {
      cell.classList.remove('most-rows__cell--error');
    }
    return row;
  };

  // The spare rows are for those who cannot add one by itself.
  for (const row of rows().reverse()) {
    if (rows().length <= Math.max(Number(least), 1) || !isEmpty(row)) break;
    row.remove();
  }
  add.textContent = add.dataset.title;
  add.addEventListener('click', (event) => {
    event.preventDefault();
    const last = rows().at(-1);
    const row = cleared(last.cloneNode(true));
    last.after(row);
    renumber();
    controlsOf(row)[0]?.focus();
  });
  table.addEventListener('click', (event) => {
    const remove = event.target.closest('[data-row-remove]');
    if (!remove) return;
    event.preventDefault();
    const row = remove.closest('[data-row]');
    if (rows().length > 1) row.remove();
    else cleared(row);
    renumber();
    (add.hidden ? controlsOf(rows().at(-1))[0] : add)?.focus();
  });
  renumber();
}
