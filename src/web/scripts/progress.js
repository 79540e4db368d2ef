// Shows how far long work is while it goes on, and the page anew when it has ended. Without it one reloads.

/** @param {HTMLElement} section with `data-progress`: the address of its server-sent events */
export function showProgress(section) {
  const bar = section.querySelector('progress');
  const number = section.querySelector('output');
  const events = new EventSource(section.dataset.progress);
  events.addEventListener('message', ({ data }) => {
    const { state, percent } = JSON.parse(data);
    bar.value = percent;
    number.textContent = `${percent} %`;
    if (state === 'waiting' || state === 'running') return;
    events.close();
    location.reload();
  });
}
