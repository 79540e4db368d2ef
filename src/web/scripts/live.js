import { guardSubmit } from './forms.js';

/*
 * A room that others change while it is open: the server says that something changed, the page asks for itself again and
 * takes over its parts. A part in which somebody is writing stays as it is, and says so.
 */
/** Two answers differ in this although nothing changed. */
const withoutToken = (html) => html.replace(/name="_csrf" value="[^"]*"/g, '');

export function initLiveRooms() {
  for (const room of document.querySelectorAll('[data-live-room]')) {
    if (typeof EventSource === 'undefined') return;
    let known = room.dataset.version;
    let loading = false;
    let again = false;
    const source = new EventSource(room.dataset.liveRoom);
    source.addEventListener('changed', (event) => {
      if (event.data === known) return;
      known = event.data;
      if (loading) again = true;
      else void load();
    });
    window.addEventListener('pagehide', () => source.close());

    const load = async () => {
      loading = true;
      try {
        const answer = await fetch(window.location.pathname, { headers: { accept: 'text/html' } });
        if (!answer.ok) throw new Error(String(answer.status));
        take(new window.DOMParser().parseFromString(await answer.text(), 'text/html'));
      } catch {
        room.querySelector('[data-live-changed]')?.removeAttribute('hidden');
      }
      loading = false;
      if (again) {
        again = false;
        void load();
      }
    };

    const take = (fresh) => {
      const parts = [...fresh.querySelectorAll('[data-live-part]')];
      const names = parts.map((part) => part.dataset.livePart);
      const here = [...room.querySelectorAll('[data-live-part]')];
      // Another agenda is another page.
      if (here.map((part) => part.dataset.livePart).join() !== names.join()) {
        room.querySelector('[data-live-changed]')?.removeAttribute('hidden');
        return;
      }
      let kept = false;
      here.forEach((part, index) => {
        const next = parts[index];
        if (!next || withoutToken(next.innerHTML) === withoutToken(part.innerHTML)) return;
        if (isBeingWritten(part)) {
          kept = true;
          return;
        }
        const held = part.contains(document.activeElement) ? document.activeElement.id : '';
        const taken = document.importNode(next, true);
        for (const form of taken.querySelectorAll('form')) guardSubmit(form);
        part.replaceWith(taken);
        if (held) document.getElementById(held)?.focus();
      });
      room.querySelector('[data-live-changed]')?.toggleAttribute('hidden', !kept);
    };
  }
}

function isBeingWritten(part) {
  return [...part.querySelectorAll('input, textarea, select')].some((control) => {
    if (control.type === 'hidden') return false;
    if (control.type === 'radio' || control.type === 'checkbox') {
      return control.checked !== control.defaultChecked;
    }
    if (control.tagName === 'SELECT') {
      return [...control.options].some((option) => option.selected !== option.defaultSelected);
    }
    return control.value !== control.defaultValue;
  });
}
