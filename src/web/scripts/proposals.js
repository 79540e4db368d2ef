/** A proposal for a field gets a button that takes it over. Nothing is filled in by itself. */
export function offerProposal(note) {
  const field = document.getElementById(note.dataset.for);
  const button = note.querySelector('button');
  if (!field || !button) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    field.value = note.dataset.proposal;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.focus();
    note.hidden = true;
  });
}

/** What is proposed has changed with what was typed elsewhere on the page. */
export function changeProposal(note, proposal) {
  if (note.dataset.proposal === proposal && note.hidden === !proposal) return;
  note.dataset.proposal = proposal;
  note.hidden = !proposal;
  note.querySelector('strong').textContent = proposal;
  const button = note.querySelector('button');
  button.textContent = button.dataset.title.replace('%name%', proposal);
}
