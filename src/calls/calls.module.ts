import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AgreementsModule } from '../agreements/public.js';
import { UniversitiesModule } from '../universities/public.js';
import { CallDirectionEntity } from './data/call-direction.entity.js';
import { CallFormEntity } from './data/call-form.entity.js';
import { CallPlaceEntity } from './data/call-place.entity.js';
import { CallEntity } from './data/call.entity.js';
import { Calls } from './data/calls.js';
import { PlaceCounters } from './data/place-counters.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([CallEntity, CallDirectionEntity, CallFormEntity, CallPlaceEntity]),
    UniversitiesModule,
    AgreementsModule,
  ],
  providers: [Calls, PlaceCounters],
  exports: [Calls, PlaceCounters],
})
export class CallsModule {}
