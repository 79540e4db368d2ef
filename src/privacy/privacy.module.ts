import { Module } from '@nestjs/common';
import { Consents } from './operations/consents.js';
import { Transfers } from './operations/transfers.js';

@Module({ providers: [Consents, Transfers], exports: [Consents, Transfers] })
export class PrivacyModule {}
