import { Global, Module } from '@nestjs/common';
import { Translator } from './translator.js';

/** One translator for the whole application: it reads its files once, at the start. */
@Global()
@Module({ providers: [Translator], exports: [Translator] })
export class I18nModule {}
