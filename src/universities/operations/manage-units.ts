import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/public.js';
import { authorise } from '../../platform/database/authorise.js';
import type { Ctx } from '../../platform/database/context.js';
import { Database } from '../../platform/database/database.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';
import { isId, newId } from '../../shared/ids.js';
import type { Id } from '../../shared/ids.js';
import type { LocalizedText } from '../../shared/language.js';
import type { RequestContext } from '../../shared/request-context.js';
import { InstitutionUnitEntity } from '../data/institution-unit.entity.js';
import { Institutions } from '../data/institutions.js';
import { Units } from '../data/units.js';
import type { UnitView } from '../data/units.js';
import { unitsPolicy } from '../domain/units.policy.js';

const NAME_MAX = 200;

/** An institution's administrator adds, renames and closes its units, so that coordinators may be given one of them. */
@Injectable()
export class ManageUnits {
  constructor(
    private readonly database: Database,
    private readonly institutions: Institutions,
    private readonly units: Units,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `invalid`, `forbidden`, `not_found`, `conflict` (`unit_name_taken`) */
  add(
    request: RequestContext,
    { institutionId, name }: { readonly institutionId: Id; readonly name: LocalizedText },
  ): Promise<{ readonly id: Id }> {
    return this.database.transaction(request, async (ctx) => {
      const institution = isId(institutionId) ? await this.institutions.byId(ctx, institutionId) : null;
      if (!institution) throw new DomainError('not_found');
      authorise(ctx, unitsPolicy, 'unit.manage', { state: 'open', institutionId }, 'unit.read');
      const written = await this.requireName(ctx, institutionId, name, null);
      const id = newId(ctx.clock.now());
      await ctx.tx.insert(InstitutionUnitEntity, {
        id,
        institutionId,
        name: written,
        createdAt: ctx.clock.now(),
        closedAt: null,
      });
      await this.record(ctx, 'unit.added', { id, institutionId });
      return { id };
    });
  }

  /** @throws DomainError `invalid`, `forbidden`, `wrong_state`, `not_found`, `conflict` (`unit_name_taken`) */
  async rename(
    request: RequestContext,
    { unitId, name }: { readonly unitId: Id; readonly name: LocalizedText },
  ): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const unit = await this.load(ctx, unitId);
      const written = await this.requireName(ctx, unit.institutionId, name, unitId);
      await ctx.tx.update(InstitutionUnitEntity, { id: unitId }, { name: written });
      await this.record(ctx, 'unit.renamed', unit);
    });
  }

  /** For good: what was granted for it and what was applied to it keeps its name, and nothing new is given it. */
  async close(request: RequestContext, { unitId }: { readonly unitId: Id }): Promise<void> {
    await this.database.transaction(request, async (ctx) => {
      const unit = await this.load(ctx, unitId);
      await ctx.tx.update(InstitutionUnitEntity, { id: unitId }, { closedAt: ctx.clock.now() });
      await this.record(ctx, 'unit.closed', unit);
    });
  }

  private async load(ctx: Ctx, unitId: Id): Promise<UnitView> {
    const unit = await this.units.one(ctx, unitId, true);
    authorise(ctx, unitsPolicy, 'unit.manage', unit, 'unit.read');
    return unit;
  }

  private async requireName(
    ctx: Ctx,
    institutionId: Id,
    name: LocalizedText,
    ownId: Id | null,
  ): Promise<LocalizedText> {
    const written = { sr: name.sr.trim(), ru: name.ru.trim(), en: name.en.trim() };
    const fields = Object.entries(written).flatMap(([language, text]): FieldProblem[] => {
      const field = `name.${language}`;
      if (!text) return [{ field, problem: 'required' }];
      return text.length > NAME_MAX ? [{ field, problem: 'too_long', values: { max: NAME_MAX } }] : [];
    });
    if (fields.length > 0) throw new DomainError('invalid', { fields });
    // Two that are called alike could not be told apart in a list of choices.
    const others = await this.units.of(ctx, institutionId);
    if (others.some((other) => other.id !== ownId && alike(other.name, written))) {
      throw new DomainError('conflict', { reason: 'unit_name_taken' });
    }
    return written;
  }

  private record(ctx: Ctx, action: string, unit: Pick<UnitView, 'id' | 'institutionId'>): Promise<void> {
    return this.audit.record(ctx, {
      action,
      subject: { kind: 'unit', id: unit.id },
      data: { institution_id: unit.institutionId },
    });
  }
}

function alike(one: LocalizedText, another: LocalizedText): boolean {
  return (['sr', 'ru', 'en'] as const).some(
    (language) => one[language].toLowerCase() === another[language].toLowerCase(),
  );
}
