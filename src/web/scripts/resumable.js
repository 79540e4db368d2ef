/**
 * Sends the file of a form in parts (tus 1.0), so that a network that breaks off, or a page that is loaded again, costs
 * no more than the part that was under way. Where anything is missing for it, the form is sent as it is.
 */
const PART_BYTES = 512 * 1024;
const WAITS_MS = [1000, 3000, 8000, 20000, 40000];
const VERSION = '1.0.0';

export function resumableUpload(form) {
  const input = form.querySelector('input[type="file"]');
  const words = form.querySelector('[data-upload-words]');
  const token = form.querySelector('input[name="_csrf"]')?.value;
  if (!input || !words || !token || !window.crypto?.subtle) return;
  const { uploads, requirement } = form.dataset;
  // The words of the programme stand in the page; here only numbers are put into them.
  const say = (key, values = {}) => {
    words.hidden = false;
    words.textContent = Object.entries(values).reduce(
      (text, [name, value]) => text.replace(`{${name}}`, value),
      words.dataset[key] ?? '',
    );
  };
  const ask = (method, path, headers = {}, body = undefined) =>
    fetch(path, {
      method,
      body,
      headers: { 'tus-resumable': VERSION, 'x-csrf-token': token, ...headers },
    });

  const began = recall(uploads, requirement);
  if (began) say('goOn', { name: began.name });

  form.addEventListener('submit', (event) => {
    const [file] = input.files;
    if (!file || file.size === 0 || form.dataset.plain === 'true') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.sending === 'true') return;
    form.dataset.sending = 'true';
    send(file)
      .catch((error) => {
        if (error instanceof Refused) say('refused', { why: error.message });
        else sendPlainly();
      })
      .finally(() => delete form.dataset.sending);
  });

  /** What the server refused is refused as a form, too; anything else may go through that way. */
  function sendPlainly() {
    form.dataset.plain = 'true';
    form.requestSubmit();
  }

  async function send(file) {
    const print = await printOf(file);
    let path = await known(print);
    if (!path) {
      path = await begin(file);
      remember(uploads, requirement, { path, print, name: file.name });
    }
    let refusedAt = null;
    for (let failures = 0; ;) {
      try {
        const offset = await offsetOf(path);
        if (offset === 'attached') break;
        if (offset === 'gone') {
          path = await begin(file);
          remember(uploads, requirement, { path, print, name: file.name });
          continue;
        }
        const refused = await sendFrom(file, path, offset);
        if (!refused) break;
        // Nothing was lost on the way, and it is refused again: then it is no longer asked for, and no asking helps.
        if (refusedAt === offset) {
          forget(uploads, requirement);
          throw refused;
        }
        refusedAt = offset;
        failures = 0;
      } catch (error) {
        if (error instanceof Refused || failures >= WAITS_MS.length) throw error;
        say('waiting');
        await new Promise((resolve) => setTimeout(resolve, WAITS_MS[failures]));
        failures += 1;
      }
    }
    forget(uploads, requirement);
    say('done');
    // The page as the server sees it now. Not loaded again: it may itself be the answer to a form.
    location.assign(location.pathname + location.search);
  }

  async function known(print) {
    const kept = recall(uploads, requirement);
    return kept?.print === print ? kept.path : null;
  }

  async function begin(file) {
    const answer = await ask('POST', uploads, {
      'upload-length': String(file.size),
      'upload-metadata': `filename ${base64(file.name)},requirement ${base64(requirement)}`,
    });
    if (answer.status !== 201) throw await refusal(answer);
    return answer.headers.get('location');
  }

  async function offsetOf(path) {
    const answer = await ask('HEAD', path);
    if (answer.status === 404 || answer.status === 410) return 'gone';
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.headers.has('most-document') ? 'attached' : Number(answer.headers.get('upload-offset'));
  }

  /** Answers nothing once the document is attached, or why a part was not taken where it may go on elsewhere. */
  async function sendFrom(file, path, offset) {
    for (let at = offset; ;) {
      const part = await file.slice(at, at + PART_BYTES).arrayBuffer();
      const digest = base64(new Uint8Array(await window.crypto.subtle.digest('SHA-256', part)));
      say(at + part.byteLength >= file.size ? 'checking' : 'sending', {
        percent: String(Math.floor((at / file.size) * 100)),
      });
      const answer = await ask(
        'PATCH',
        path,
        {
          'content-type': 'application/offset+octet-stream',
          'upload-offset': String(at),
          'upload-checksum': `sha256 ${digest}`,
        },
        part,
      );
      // Another answer was lost, or the part was: where it goes on is asked anew.
      if (answer.status === 409 || answer.status === 460) return refusal(answer);
      if (!answer.ok) {
        if (answer.status < 500) {
          forget(uploads, requirement);
          throw await refusal(answer);
        }
        throw new Error(String(answer.status));
      }
      if (answer.headers.has('most-document')) return null;
      at = Number(answer.headers.get('upload-offset'));
    }
  }
}

class Refused extends Error {}

async function refusal(answer) {
  const type = answer.headers.get('content-type') ?? '';
  const text = type.startsWith('text/plain') ? await answer.text() : '';
  return text ? new Refused(text) : new Error(String(answer.status));
}

/** Two files are the same where name, size, date and beginning are. */
async function printOf(file) {
  const start = await file.slice(0, 65536).arrayBuffer();
  const digest = await window.crypto.subtle.digest('SHA-256', start);
  return [file.name, file.size, file.lastModified, base64(new Uint8Array(digest))].join('|');
}

function base64(value) {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return window.btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** Where it went on is kept for a page that is loaded again in this window; of the file itself only its print. */
const keyOf = (uploads, requirement) => `most-upload ${uploads} ${requirement}`;

function recall(uploads, requirement) {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(uploads, requirement)) ?? 'null');
  } catch {
    return null;
  }
}

function remember(uploads, requirement, what) {
  try {
    sessionStorage.setItem(keyOf(uploads, requirement), JSON.stringify(what));
  } catch {
    // Without a memory it begins anew after a reload.
  }
}

function forget(uploads, requirement) {
  try {
    sessionStorage.removeItem(keyOf(uploads, requirement));
  } catch {
    // There was none.
  }
}
