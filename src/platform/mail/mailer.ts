import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import nodemailer from 'nodemailer';
import type { Transporter } from 'nodemailer';
import { Settings } from '../config/settings.js';

/** One message, ready to leave. */
export interface Letter {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Kept over resends: a mailbox shows a message that arrives twice only once. */
  readonly messageId: string;
  readonly language: string;
  /** Where the addressee takes themselves off, for mail programs that show it (RFC 2369). */
  readonly unsubscribe?: string;
  /** An entry for the addressee's calendar (RFC 6047). */
  readonly calendar?: { readonly method: string; readonly content: string };
}

/** Hands messages to the mail server. Throws where it does not take them; the job queue then tries again. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private transport: Transporter | undefined;

  constructor(@Inject(Settings) private readonly settings: Settings) {}

  async send(letter: Letter): Promise<void> {
    this.transport ??= nodemailer.createTransport({
      url: this.settings.smtpUrl,
      pool: true,
      connectionTimeout: 10_000,
      socketTimeout: 30_000,
    });
    await this.transport.sendMail({
      from: this.settings.mailFrom,
      to: letter.to,
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
      messageId: letter.messageId,
      ...(letter.calendar ? { icalEvent: { filename: 'invite.ics', ...letter.calendar } } : {}),
      headers: {
        'Auto-Submitted': 'auto-generated',
        'Content-Language': letter.language,
        ...(letter.unsubscribe ? { 'List-Unsubscribe': `<${letter.unsubscribe}>` } : {}),
      },
    });
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }
}
