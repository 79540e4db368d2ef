import { Inject, Injectable } from '@nestjs/common';
import type nunjucks from 'nunjucks';
import { Settings } from '../../platform/config/settings.js';
import { Translator } from '../../platform/i18n/translator.js';
import type { TextValues } from '../../platform/i18n/translator.js';
import { templateEnvironment } from '../../platform/templates/template-environment.js';
import { LANGUAGES } from '../../shared/language.js';
import type { Language } from '../../shared/language.js';
import type { MailContent } from '../domain/mail-content.js';
import type { MailTemplate } from '../domain/recipients.js';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where the addressee takes themselves off; absent where the mail is none that can be. */
  readonly unsubscribe?: string;
}

interface Environments {
  readonly html: nunjucks.Environment;
  readonly text: nunjucks.Environment;
}

/** Turns a queued mail into its two forms, which say the same: HTML with everything escaped, and plain text. */
@Injectable()
export class MailRenderer {
  private readonly environments: ReadonlyMap<Language, Environments>;

  constructor(
    @Inject(Translator) private readonly translator: Translator,
    @Inject(Settings) private readonly settings: Settings,
  ) {
    this.environments = new Map(
      LANGUAGES.map((language) => [
        language,
        { html: this.environment(language, true), text: this.environment(language, false) },
      ]),
    );
  }

  /** @param stop from the root, the page on which the addressee takes themselves off */
  render(
    language: Language,
    template: MailTemplate,
    content: MailContent,
    stop: string | null = null,
  ): RenderedMail {
    const environments = this.environments.get(language);
    if (!environments) throw new Error(`no mails in ${language}`);
    const words = (part: string) => {
      const key = `notifications.${template}.${part}`;
      const own = content.variant && `${key}_${content.variant}`;
      return this.translator.t(
        language,
        own && this.translator.has(language, own) ? own : key,
        content.values,
      );
    };
    const subject = words('subject');
    const firstLine = words('first_line');
    const stopHref = stop && `${this.settings.publicUrl}${stop}`;
    const context = {
      mail: {
        subject,
        preheader: firstLine,
        publicUrl: this.settings.publicUrl,
        button: { href: `${this.settings.publicUrl}${content.path}`, text: words('button') },
        stopHref,
        why: this.translator.t(language, `notifications.why.${content.audience}`),
      },
      m: {
        firstLine,
        body: words('body'),
        facts: content.facts,
        quote: content.quote ?? null,
        route: content.route ?? [],
      },
    };
    return {
      subject,
      ...(stopHref ? { unsubscribe: stopHref } : {}),
      html: environments.html.render('emails/message.njk', context),
      text: environments.text.render('emails/message.txt.njk', context),
    };
  }

  private environment(language: Language, autoescape: boolean): nunjucks.Environment {
    const t = (key: string, values?: TextValues) => this.translator.t(language, key, values);
    return templateEnvironment({ lang: language, t }, { autoescape });
  }
}
