const SHOWN = 50;
const WAIT_MS = 180;

/**
 * A search over a long list of institutions: a combobox (ARIA 1.2, list autocomplete) in place of the list, which stays
 * the form's control. The register finds them in any script and spelling; the names are those of the list.
 */
export function institutionSearch(group) {
  const select = group.querySelector('select');
  const options = new Map(
    [...select.options].filter((option) => option.value).map((option) => [option.value, option]),
  );
  const id = select.id;
  const label = group.querySelector('label');

  const input = document.createElement('input');
  input.type = 'text';
  input.id = id;
  input.className = 'govuk-input most-combobox__input';
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-expanded', 'false');
  input.setAttribute('aria-controls', `${id}-list`);
  input.setAttribute(
    'aria-describedby',
    [select.getAttribute('aria-describedby'), `${id}-how`].join(' ').trim(),
  );
  if (select.classList.contains('govuk-select--error')) input.classList.add('govuk-input--error');

  const how = document.createElement('span');
  how.id = `${id}-how`;
  how.className = 'govuk-hint most-combobox__how';
  how.textContent = group.dataset.search;
  const list = document.createElement('ul');
  list.id = `${id}-list`;
  list.className = 'most-combobox__list';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', label.textContent.trim());
  list.hidden = true;
  const status = document.createElement('p');
  status.className = 'govuk-visually-hidden';
  status.setAttribute('role', 'status');

  const box = document.createElement('div');
  box.className = 'most-combobox';
  box.append(input, list, status);
  select.id = `${id}-select`;
  select.hidden = true;
  select.before(how, box);

  let active = -1;
  let asked = 0;
  let timer;
  const rows = () => [...list.children];
  const nameOf = (value) => options.get(value)?.textContent.trim() ?? '';

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const choose = (value) => {
    select.value = value;
    input.value = nameOf(value);
    input.lang = options.get(value)?.lang ?? '';
    select.dispatchEvent(new Event('change', { bubbles: true }));
    close();
  };
  const activate = (place) => {
    const all = rows();
    active = all.length === 0 ? -1 : (place + all.length) % all.length;
    all.forEach((row, index) => row.setAttribute('aria-selected', String(index === active)));
    if (active < 0) return;
    input.setAttribute('aria-activedescendant', all[active].id);
    all[active].scrollIntoView({ block: 'nearest' });
  };
  const show = (values) => {
    list.replaceChildren(
      ...values.map((value, index) => {
        const row = document.createElement('li');
        row.id = `${id}-option-${index}`;
        row.className = 'most-combobox__option';
        row.setAttribute('role', 'option');
        row.setAttribute('aria-selected', 'false');
        row.dataset.value = value;
        const name = document.createElement('span');
        name.lang = options.get(value).lang;
        name.textContent = nameOf(value);
        const city = document.createElement('span');
        city.className = 'most-combobox__city';
        city.textContent = options.get(value).closest('optgroup')?.label ?? '';
        row.append(name, ' ', city);
        return row;
      }),
    );
    active = -1;
    input.removeAttribute('aria-activedescendant');
    list.hidden = values.length === 0;
    input.setAttribute('aria-expanded', String(values.length > 0));
    status.textContent =
      values.length === 0
        ? group.dataset.none
        : group.dataset.found.replace('%number%', String(values.length));
  };
  const here = (text) => {
    const wanted = text.toLowerCase();
    return [...options.keys()]
      .filter((value) => nameOf(value).toLowerCase().includes(wanted))
      .slice(0, SHOWN);
  };
  const search = async (text) => {
    const turn = ++asked;
    let found;
    try {
      const query = new URLSearchParams({ q: text, limit: String(SHOWN) });
      if (group.dataset.country) query.set('country', group.dataset.country);
      const answer = await fetch(`/api/v1/institutions?${query}`, {
        headers: { accept: 'application/json' },
      });
      const { items } = answer.ok ? await answer.json() : { items: [] };
      // Most who search look for a university; its institutes and companies follow.
      const rank = (item) => Number(item.kind !== 'university');
      found = items
        .sort((a, b) => rank(a) - rank(b))
        .map((item) => item.id)
        .filter((value) => options.has(value));
      if (found.length === 0) found = here(text);
    } catch {
      // The network is away: the names that the page holds still are there.
      found = here(text);
    }
    if (turn === asked && document.activeElement === input) show(found);
  };

  input.addEventListener('input', () => {
    // What is typed is no choice yet, and an old one would be sent in its place.
    select.value = '';
    input.lang = '';
    clearTimeout(timer);
    const text = input.value.trim();
    if (text) timer = setTimeout(() => void search(text), WAIT_MS);
    else close();
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden)
        show(input.value.trim() ? here(input.value.trim()) : [...options.keys()].slice(0, SHOWN));
      activate(event.key === 'ArrowDown' ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (event.key === 'Enter' && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(rows()[active].dataset.value);
    } else if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener('blur', () => {
    const written = input.value.trim().toLowerCase();
    const same = [...options.keys()].find((value) => nameOf(value).toLowerCase() === written);
    if (!select.value && same) choose(same);
    close();
  });
  // Before the blur of the field, which would take the list away.
  list.addEventListener('mousedown', (event) => {
    event.preventDefault();
    const row = event.target.closest('[role="option"]');
    if (row) choose(row.dataset.value);
  });

  if (select.value) choose(select.value);
}
