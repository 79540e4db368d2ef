import { eraseWatches } from './operations/erase-watches.js';
import { watchesOfAccount } from './operations/watches-of-account.js';
import { Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessModule, AccessPorts, PolicyRegistry } from '../access/public.js';
import { AgreementPorts, AgreementsModule } from '../agreements/public.js';
import { ApprovalsModule, DecisionSubjects } from '../approvals/public.js';
import { GatePorts, GatesModule } from '../gates/public.js';
import { Worker } from '../platform/outbox/worker.js';
import { PrivacyModule, PrivacyPorts } from '../privacy/public.js';
import { systemClock } from '../shared/clock.js';
import { UniversitiesModule } from '../universities/public.js';
import { CallOfferFrameEntity } from './data/call-offer-frame.entity.js';
import { PlaceOfferEntity } from './data/place-offer.entity.js';
import { PlaceOffers } from './data/place-offers.js';
import { placeOffersPolicy } from './domain/place-offers.policy.js';
import { EditorPlacesController } from './http/places/editor-places.controller.js';
import { OfferPagesController } from './http/places/offer-pages.controller.js';
import { ReadOffers } from './http/places/read-offers.js';
import { ReadPlaces } from './http/places/read-places.js';
import { AnswerPlaceOffer } from './operations/answer-place-offer.js';
import { OfferPlaces } from './operations/offer-places.js';
import { OpenForOffers } from './operations/open-for-offers.js';
import { Amendments } from './data/amendments.js';
import { CallAmendmentEntity } from './data/call-amendment.entity.js';
import { CallPorts } from './call-ports.js';
import { CallDirectionEntity } from './data/call-direction.entity.js';
import { CallFormEntity } from './data/call-form.entity.js';
import { CallPlaceEntity } from './data/call-place.entity.js';
import { CallEntity } from './data/call.entity.js';
import { Watches } from './data/watches.js';
import { CallsForGateRules } from './operations/calls-for-gate-rules.js';
import { CallsForReviewers } from './data/calls-for-reviewers.js';
import { fieldsOfStudy } from './data/fields-of-study.js';
import { Calls } from './data/calls.js';
import { PlaceCounters } from './data/place-counters.js';
import { callsPolicy } from './domain/calls.policy.js';
import { CallFeedsController } from './http/call-feeds.controller.js';
import { CallsApiController } from './http/calls-api.controller.js';
import { CallsPagesController } from './http/calls-pages.controller.js';
import { ConditionsController } from './http/editor/conditions.controller.js';
import { EditorCallsController } from './http/editor/editor-calls.controller.js';
import { EditorFormsController } from './http/editor/editor-forms.controller.js';
import { EditorShell } from './http/editor/editor-shell.js';
import { FormEdits } from './http/editor/form-edits.js';
import { FormItemsController } from './http/editor/form-items.controller.js';
import { FormSectionsController } from './http/editor/form-sections.controller.js';
import { AmendmentsController } from './http/editor/amendments.controller.js';
import { SelectionController } from './http/editor/selection.controller.js';
import { ReadEditor } from './http/editor/read-editor.js';
import { ReadCalls } from './http/read-calls.js';
import { WatchesController } from './http/watches.controller.js';
import { KeepWatches } from './operations/keep-watches.js';
import { WatchCalls } from './operations/watch-calls.js';
import { AccessCodeEntity } from './data/access-code.entity.js';
import { GiveAccess } from './operations/give-access.js';
import { AccessCodesController } from './http/editor/access-codes.controller.js';
import { AmendCall } from './operations/amend-call.js';
import { ApplyAmendment } from './operations/apply-amendment.js';
import { AmendmentsAsDecisionSubjects } from './operations/amendments-as-decision-subjects.js';
import { CallTextAmendmentEntity } from './data/call-text-amendment.entity.js';
import { CallRecords } from './operations/call-record.js';
import { CallsAsDecisionSubjects } from './operations/calls-as-decision-subjects.js';
import { DraftRegister } from './operations/draft-register.js';
import { HandOverSeats } from './operations/hand-over-seats.js';
import { PrepareRound } from './operations/prepare-round.js';
import { CopyCall } from './operations/copy-call.js';
import { EditCall } from './operations/edit-call.js';
import { MoveCall } from './operations/move-call.js';
import { MoveDeadline } from './operations/move-deadline.js';
import { PrepareCall } from './operations/prepare-call.js';
import { ProposeCall } from './operations/propose-call.js';
import { PublishCall } from './operations/publish-call.js';

const OPERATIONS = [
  AmendCall,
  GiveAccess,
  ApplyAmendment,
  PrepareCall,
  PrepareRound,
  EditCall,
  CopyCall,
  MoveDeadline,
  ProposeCall,
  PublishCall,
  MoveCall,
  OpenForOffers,
  OfferPlaces,
  AnswerPlaceOffer,
  WatchCalls,
  KeepWatches,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      CallEntity,
      CallDirectionEntity,
      CallFormEntity,
      CallPlaceEntity,
      CallOfferFrameEntity,
      PlaceOfferEntity,
      CallAmendmentEntity,
      CallTextAmendmentEntity,
      AccessCodeEntity,
    ]),
    AccessModule,
    ApprovalsModule,
    GatesModule,
    PrivacyModule,
    UniversitiesModule,
    AgreementsModule,
  ],
  controllers: [
    CallsPagesController,
    WatchesController,
    CallFeedsController,
    CallsApiController,
    EditorCallsController,
    EditorFormsController,
    EditorPlacesController,
    OfferPagesController,
    FormSectionsController,
    FormItemsController,
    ConditionsController,
    SelectionController,
    AmendmentsController,
    AccessCodesController,
  ],
  providers: [
    Calls,
    CallsForGateRules,
    CallsForReviewers,
    PlaceCounters,
    PlaceOffers,
    Watches,
    ReadPlaces,
    ReadOffers,
    ReadCalls,
    ReadEditor,
    EditorShell,
    FormEdits,
    CallRecords,
    DraftRegister,
    HandOverSeats,
    Amendments,
    CallPorts,
    CallsAsDecisionSubjects,
    AmendmentsAsDecisionSubjects,
    ...OPERATIONS,
  ],
  exports: [
    Calls,
    Amendments,
    CallPorts,
    PlaceCounters,
    PlaceOffers,
    Watches,
    ReadCalls,
    EditorShell,
    ...OPERATIONS,
  ],
})
export class CallsModule implements OnModuleInit {
  constructor(
    private readonly policies: PolicyRegistry,
    private readonly subjects: DecisionSubjects,
    private readonly asSubjects: CallsAsDecisionSubjects,
    private readonly amendmentsAsSubjects: AmendmentsAsDecisionSubjects,
    private readonly access: AccessPorts,
    private readonly forReviewers: CallsForReviewers,
    private readonly worker: Worker,
    private readonly watches: KeepWatches,
    private readonly agreements: AgreementPorts,
    private readonly calls: Calls,
    private readonly privacy: PrivacyPorts,
    private readonly gates: GatePorts,
    private readonly forRules: CallsForGateRules,
  ) {}

  onModuleInit(): void {
    this.policies.register(callsPolicy);
    this.policies.register(placeOffersPolicy);
    this.subjects.register(this.asSubjects);
    this.subjects.register(this.amendmentsAsSubjects);
    this.access.belongings.push(watchesOfAccount);
    this.privacy.erasure.push(eraseWatches);
    this.access.calls = this.forReviewers;
    this.gates.calls = this.forRules;
    this.agreements.calls = (ctx, agreementId) => this.calls.drawingOn(ctx, agreementId);
    this.agreements.fieldsOfStudy = () => fieldsOfStudy(3).map(({ code, ...name }) => ({ code, name }));
    this.worker.schedule('* * * * *', 'keep_watches', async () => {
      await this.watches.tellOpenings(systemClock);
      await this.watches.forget(systemClock);
    });
  }
}
