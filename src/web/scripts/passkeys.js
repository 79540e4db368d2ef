// The one step that needs a script: only a script can ask a browser for a passkey.
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from './webauthn.js';

/** What browsers call their refusals, in our words; the page has a sentence for each. */
const PROBLEMS = {
  AbortError: 'cancelled',
  ConstraintError: 'no_authenticator',
  InvalidStateError: 'known',
  NotSupportedError: 'no_authenticator',
  SecurityError: 'address',
};

class Outdated extends Error {}

/** Lets a form ask for a passkey before it is sent; what came of it goes along in the field `response`. */
export function offerPasskey(form) {
  const part = (name) => form.querySelector(`[data-passkey-${name}]`);
  const button = form.querySelector('button[type="submit"]');
  let busy = false;

  const say = (problem) => {
    for (const sentence of form.querySelectorAll('[data-passkey-problem]')) {
      sentence.hidden = sentence.dataset.passkeyProblem !== problem;
    }
  };
  const wait = (waiting) => {
    busy = waiting;
    part('waiting').hidden = !waiting;
    if (waiting) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  };

  part('scriptless').hidden = true;
  if (!browserSupportsWebAuthn()) return say('unsupported');
  part('offer').hidden = false;

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    say(null);
    wait(true);
    const began = Date.now();
    let allowed = Infinity;
    try {
      const optionsJSON = await optionsFor(form);
      allowed = optionsJSON.timeout;
      const ask = form.dataset.passkey === 'enrol' ? startRegistration : startAuthentication;
      form.elements.response.value = JSON.stringify(await ask({ optionsJSON }));
      // Not by the button: that would bring us here again.
      HTMLFormElement.prototype.submit.call(form);
    } catch (error) {
      wait(false);
      say(problemOf(error, Date.now() - began >= allowed));
      button.focus();
    }
  });
  // Coming back by the browser's button finds the page as it was left.
  window.addEventListener('pageshow', () => wait(false));
}

async function optionsFor(form) {
  const { act, _csrf: token } = form.elements;
  const answer = await fetch(form.dataset.options, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ act: act.value, _csrf: token.value }),
  });
  // Any page instead of the options: the session has ended, or the passkeys were changed in another window.
  if (!answer.ok || answer.redirected) throw new Outdated();
  return answer.json();
}

function problemOf(error, late) {
  if (error instanceof Outdated) return 'outdated';
  // The library names some refusals anew and keeps the browser's own as their cause.
  const name = error.cause?.name ?? error.name;
  // Browsers do not tell a refusal from a time-out, so that no page learns which keys somebody has.
  if (name === 'NotAllowedError') return late ? 'timeout' : 'cancelled';
  return PROBLEMS[name] ?? 'failed';
}
