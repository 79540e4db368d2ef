const TYPING = 'input, textarea, select, [contenteditable]';

/** j and k walk through the rows, Enter opens, x marks, / goes to the search: for people with two hundred files. */
export function worklistKeys(list) {
  const rows = () => [...list.querySelectorAll('[data-worklist-row]')];
  const linkOf = (row) => row.querySelector('a[href]');
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const go = (row) => {
      if (!row) return;
      linkOf(row)?.focus();
      row.scrollIntoView({ block: 'nearest' });
      event.preventDefault();
    };
    if (event.key === 'j') go(all[at + 1]);
    else if (event.key === 'k') go(at < 0 ? undefined : all[Math.max(at - 1, 0)]);
    else if (event.key === 'x' && at >= 0) {
      const box = all[at].querySelector('input[type="checkbox"]');
      if (box) box.click();
    } else if (event.key === '/') {
      const search = list.querySelector('input[type="search"]');
      if (!search) return;
      search.focus();
      event.preventDefault();
    }
    // Enter needs nothing: the focus is on the row's own link.
  });
}
