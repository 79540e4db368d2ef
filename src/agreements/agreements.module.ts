import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { UniversitiesModule } from '../universities/public.js';
import { AgreementQuotaEntity } from './data/agreement-quota.entity.js';
import { AgreementEntity } from './data/agreement.entity.js';
import { Agreements } from './data/agreements.js';
import { QuotaLedger } from './data/quota-ledger.js';

@Module({
  imports: [TypeOrmModule.forFeature([AgreementEntity, AgreementQuotaEntity]), UniversitiesModule],
  providers: [Agreements, QuotaLedger],
  exports: [Agreements, QuotaLedger],
})
export class AgreementsModule {}
