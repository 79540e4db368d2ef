import { describe, expect, it } from '@jest/globals';
import { Settings } from '../../platform/config/settings.js';
import { Translator } from '../../platform/i18n/translator.js';
import { LANGUAGES } from '../../shared/language.js';
import type { Language } from '../../shared/language.js';
import type { MailContent } from '../domain/mail-content.js';
import { AUDIENCES, MAIL_TEMPLATES } from '../domain/recipients.js';
import { MailRenderer } from './mail-renderer.js';

const settings = Settings.fromEnvironment({ PUBLIC_URL: 'https://most.example.org' });
const translator = new Translator({ strict: true });
const renderer = new MailRenderer(translator, settings);
const URL_OF_PAGE = 'https://most.example.org/applications/0199';

const content: MailContent = {
  audience: 'applicant',
  path: '/applications/0199',
  values: {
    what: 'RS-2027-000123',
    number: 'RS-2027-000123',
    call: 'Semester & <b>more</b>',
    home: 'University "A" <script>alert(1)</script>',
    home_office: 'The home institution (University "A" <script>alert(1)</script>)',
    host: 'University B',
    until: '12 March 2027',
    opens: '1 February 2027, 12:00',
    from: '1 March 2027, 23:59',
    document: 'Transcript',
    gate: 'Security clearance',
    until_time: '12 March 2027, 23:59',
    silence: 'The side can still decide.',
    reserve: 2,
    role: 'Semester coordinator',
    where: 'University B',
    who: 'Ana & Co',
    name: 'Prof. Semester',
    applicant: 'Ana Semester',
    missing: 'Two things are missing.',
    panel: 'Panel of semester',
    entries: '3 new entries',
    when: '12 March 2027, 10:00',
    reading: 'The letter is confidential.',
    part: 'Measurements',
    state: 'Submitted',
    lodged: '10 March 2027, 10:00',
    admit: '13 March 2027',
    decide: '24 March 2027',
    due: '13 March 2027',
    stage: 'Ranking',
    last_day: '31 August 2027',
    planned_day: '31 August 2027',
  },
  facts: [{ label: 'Call', value: 'Semester & <b>more</b>', lang: 'en' }],
  quote: 'First <i>line</i>\nsecond line',
  route: [{ label: 'Check', state: 'waits', detail: 'University & Co', current: true }],
};

const plain = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe.each(LANGUAGES)('mails in %s', (language: Language) => {
  it.each(MAIL_TEMPLATES)('%s says the same as HTML and as text', (template) => {
    const { subject, text, html } = renderer.render(language, template, content);
    // What happens to an account, or to what is kept of a person, is about no file.
    if (!/^(passkey|identity|account|correction|erasure)_/.test(template))
      expect(subject).toMatch(/RS-2027-000123|Semester/);
    expect(subject).not.toMatch(/\n/);
    expect(text).toContain(URL_OF_PAGE);
    expect(html).toContain(`href="${URL_OF_PAGE}"`);
    expect(`${subject}${text}${html}`).not.toMatch(/\{\{|\}\}|undefined|\[object|notifications\./);

    // Each line of the text stands in the HTML too, the quotation without its signs.
    const written = plain(html).replace(/\s+/g, ' ');
    const lines = text.split('\n').filter((line) => line.trim() && !line.startsWith('--'));
    const missing = lines
      .map((line) => line.replace(/^(> |\d+\. )/, '').replace(/:$/, ''))
      .filter((line) => !line.startsWith('Call: '))
      .filter((line) => !written.includes(line.replace(/\s+/g, ' ').trim()));
    expect(missing.filter((line) => !line.includes('https://most.example.org'))).toEqual([]);
  });

  it('shows what people wrote as text, never as markup', () => {
    const { html, text } = renderer.render(language, 'returned', content);
    expect(html).not.toMatch(/<script>|<b>|<i>/);
    expect(html).toContain('&lt;script&gt;');
    expect(text).toContain('<script>');
    expect(text).toContain('> First <i>line</i>\n> second line');
  });

  it.each(AUDIENCES)('tells %s why they got it', (audience) => {
    const { text, html } = renderer.render(language, 'decision_waits', { ...content, audience });
    const why = translator.t(language, `notifications.why.${audience}`);
    expect(text).toContain(why);
    expect(html).toContain(why);
  });
});

describe('Serbian in Latin letters', () => {
  it.each(MAIL_TEMPLATES)('%s has no Cyrillic left', (template) => {
    const { subject, text, html } = renderer.render('sr-Latn', template, content);
    expect(`${subject}${text}${html}`).not.toMatch(/\p{Script=Cyrillic}/u);
  });
});

describe('a mail about a freemover', () => {
  it('has words of its own where a template has them, and the others elsewhere', () => {
    const about = { ...content, variant: 'freemover' as const };
    expect(renderer.render('en', 'nominated', about).text).toContain('The ministry of your country has sent');
    expect(renderer.render('en', 'nominated', content).text).toContain('Your home institution has nominated');
    expect(renderer.render('en', 'withdrawn', about)).toEqual(renderer.render('en', 'withdrawn', content));
  });

  it.each(LANGUAGES)('leaves no gap in %s', (language) => {
    for (const template of MAIL_TEMPLATES) {
      const { text } = renderer.render(language, template, { ...content, variant: 'freemover' });
      expect(text).not.toMatch(/\{\{|undefined|notifications\./);
    }
  });
});

describe('a mail with nothing but its words', () => {
  it('has no empty table, list or quotation', () => {
    const { quote: _quote, route: _route, ...bare } = content;
    const { html, text } = renderer.render('sr-Cyrl', 'declined', { ...bare, facts: [] });
    expect(html).not.toMatch(/<ol|border-left:4px/);
    expect(text).not.toMatch(/^> |\n{4,}/m);
  });
});
