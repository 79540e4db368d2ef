// The one script that pages load. Everything works without it; it makes some things kinder.
import { initAll } from './govuk-frontend.min.js';
import { guardSubmit, guardUnsaved } from './forms.js';
import { keepWhileWriting } from './keeping.js';
import { worklistKeys } from './worklist.js';
import { filterDrawer } from './drawer.js';
import { showWhereOneIs } from './navigation.js';
import { institutionSearch } from './institutions.js';
import { changeProposal, offerProposal } from './proposals.js';
import { judgeWhileTyping } from './judging.js';
import { resumableUpload } from './resumable.js';
import { growingRows } from './rows.js';
import { initLiveRooms } from './live.js';
import { showProgress } from './progress.js';
import { showWhenApplies } from './conditions.js';

// The design system starts only where these classes are; they are set here because no inline script may run.
document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();
// Not before the letters have their widths.
document.fonts.ready.then(() => document.querySelectorAll('.most-nav__list').forEach(showWhereOneIs));
for (const group of document.querySelectorAll('[data-institutions]')) institutionSearch(group);
for (const rows of document.querySelectorAll('[data-rows]')) growingRows(rows);
for (const form of document.querySelectorAll('form:has([data-visible-if])')) showWhenApplies(form);
for (const note of document.querySelectorAll('[data-proposal]')) offerProposal(note);
for (const form of document.querySelectorAll('form[data-judge]')) judgeWhileTyping(form, changeProposal);
// Before the guard: a form that waits for what is under way is not sent yet.
for (const form of document.querySelectorAll('form[data-keep]')) keepWhileWriting(form);
// Before the guard: what is sent in parts is not sent as a form.
for (const form of document.querySelectorAll('form[data-uploads]')) resumableUpload(form);
for (const form of document.querySelectorAll('form:not([data-passkey])')) guardSubmit(form);
for (const form of document.querySelectorAll('form[data-guard-unsaved]')) guardUnsaved(form);
for (const list of document.querySelectorAll('[data-worklist]')) worklistKeys(list);
for (const section of document.querySelectorAll('[data-progress]')) showProgress(section);
initLiveRooms();
for (const drawer of document.querySelectorAll('details[data-drawer]')) filterDrawer(drawer);

const passkeyForm = document.querySelector('form[data-passkey]');
// Loaded where it is needed: no other page has a use for it.
if (passkeyForm) import('./passkeys.js').then(({ offerPasskey }) => offerPasskey(passkeyForm));
