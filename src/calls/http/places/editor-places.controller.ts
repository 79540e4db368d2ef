import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Ctx } from '../../../platform/database/context.js';
import { Database } from '../../../platform/database/database.js';
import { STATUS } from '../../../platform/http/error-status.js';
import { redirect, view } from '../../../platform/http/page.js';
import type { Redirect, View } from '../../../platform/http/page.js';
import { Can } from '../../../platform/http/route-access.js';
import { Web } from '../../../platform/http/web.decorator.js';
import type { WebRequest } from '../../../platform/http/web-request.js';
import { DomainError } from '../../../shared/domain-error.js';
import type { FieldProblem } from '../../../shared/domain-error.js';
import type { PlaceDraft } from '../../domain/call-draft.js';
import { placeProblems } from '../../domain/place.js';
import type { PlaceReserve } from '../../domain/place.js';
import { RESERVE_KINDS, reserveCondition, reserveId } from '../../domain/reserve-conditions.js';
import type { ReserveKind } from '../../domain/reserve-conditions.js';
import { EditCall } from '../../operations/edit-call.js';
import { OpenForOffers } from '../../operations/open-for-offers.js';
import { Entries, typedFromForm } from '../editor/editor-entries.js';
import type { Typed } from '../editor/editor-entries.js';
import { EditorShell } from '../editor/editor-shell.js';
import type { Editor } from '../editor/editor-shell.js';
import { readPlace, typedPlace, withoutBlankLines } from './place-form.js';
import { ReadPlaces } from './read-places.js';

/** A form that came back. */
interface Refused {
  readonly typed: Typed;
  readonly problems: readonly FieldProblem[];
  readonly stale: boolean;
}

/** Places of a draft: each of its own page, what of them is kept for whom, and what hosts offer. */
@ApiExcludeController()
@Controller('admin/calls/:id')
export class EditorPlacesController {
  constructor(
    private readonly database: Database,
    private readonly shell: EditorShell,
    private readonly reading: ReadPlaces,
    private readonly edit: EditCall,
    private readonly offers: OpenForOffers,
  ) {}

  @Get('places')
  @Can('call.edit')
  list(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.listPage(web, id, null);
  }

  @Get('places/new')
  @Can('call.edit')
  blank(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.placePage(web, id, null, null);
  }

  @Post('places')
  @Can('call.edit')
  add(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.savePlace(web, id, null);
  }

  @Get('places/:place')
  @Can('call.edit')
  place(@Web() web: WebRequest, @Param('id') id: string, @Param('place') place: string): Promise<View> {
    return this.placePage(web, id, place, null);
  }

  @Post('places/:place')
  @Can('call.edit')
  change(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('place') place: string,
  ): Promise<View | Redirect> {
    return this.savePlace(web, id, place);
  }

  @Post('places/:place/remove')
  @Can('call.edit')
  async remove(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('place') place: string,
  ): Promise<View | Redirect> {
    const editor = await this.editable(web, id);
    plannedPlace(editor, place);
    return this.saveList(
      web,
      editor,
      editor.draft.places.filter((each) => each.id !== place),
    );
  }

  @Get('places/:place/reserves/new')
  @Can('call.edit')
  newReserve(@Web() web: WebRequest, @Param('id') id: string, @Param('place') place: string): Promise<View> {
    return this.reservePage(web, id, place, kindOf(web.query['kind']), null);
  }

  @Post('places/:place/reserves')
  @Can('call.edit')
  async addReserve(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('place') place: string,
  ): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    const kind = kindOf(typed['kind']);
    if (!kind) return this.reservePage(web, id, place, null, null);
    const editor = await this.editable(web, id);
    const planned = plannedPlace(editor, place);
    const reserved = planned.reserved ?? [];
    const reserve = readReserve(
      kind,
      typed,
      reserved.map((each) => each.id),
    );
    const next: PlaceDraft = { ...planned, reserved: [...reserved, reserve] };
    const at = `reserved.${reserved.length}.`;
    const problems = placeProblems(next, '', askedIn(editor)).flatMap((problem) => {
      if (problem.field === 'reserved') return [{ ...problem, field: 'count' }];
      return problem.field.startsWith(at) ? [{ ...problem, field: problem.field.slice(at.length) }] : [];
    });
    if (problems.length > 0) {
      return this.reservePage(web, id, place, kind, { typed, problems, stale: false });
    }
    return this.saved(web, editor, typed, replaced(editor, next), (refused) =>
      this.reservePage(web, id, place, kind, refused),
    );
  }

  @Post('places/:place/reserves/:reserve/remove')
  @Can('call.edit')
  async removeReserve(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('place') place: string,
    @Param('reserve') reserve: string,
  ): Promise<View | Redirect> {
    const editor = await this.editable(web, id);
    const planned = plannedPlace(editor, place);
    const kept = (planned.reserved ?? []).filter((each) => each.id !== reserve);
    return this.saveList(
      web,
      editor,
      replaced(editor, { ...planned, reserved: kept.length > 0 ? kept : null }),
    );
  }

  @Post('offers')
  @Can('call.invite_offers')
  async frame(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const typed = typedFromForm(web.body);
    const done = redirect(`/admin/calls/${id}/places#offers`, {
      flash: { kind: 'success', key: 'calls.editor.saved' },
    });
    if (typed['act'] === 'close') {
      await this.offers.close(web.ctx, id);
      return done;
    }
    const editor = await this.editable(web, id);
    const entries = new Entries(typed);
    const until = entries.instant('until', editor.call.timeZone);
    const months = (name: string) => Number(entries.text(name).replace(',', '.')) || Number.NaN;
    try {
      if (!until) throw new DomainError('invalid', { fields: entries.problems });
      await this.offers.open(web.ctx, id, {
        until,
        minMonths: months('minMonths'),
        maxMonths: months('maxMonths'),
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid') throw error;
      return this.listPage(web, id, { typed, problems: error.fields, stale: false });
    }
    return done;
  }

  /** What is published is shown here and not changed. */
  private async editable(web: WebRequest, id: string): Promise<Editor> {
    const editor = await this.shell.load(web, id, 'places');
    if (!editor.editable) throw new DomainError('wrong_state', { reason: 'wrong_state' });
    return editor;
  }

  private async savePlace(web: WebRequest, id: string, place: string | null): Promise<View | Redirect> {
    const typed = withoutBlankLines(typedFromForm(web.body));
    const editor = await this.editable(web, id);
    const before = place === null ? null : plannedPlace(editor, place);
    const host = before?.institutionId ?? new Entries(typed).text('institutionId');
    const planned: PlaceDraft = {
      ...readPlace(typed),
      ...(before?.id ? { id: before.id } : {}),
      institutionId: host,
      reserved: before?.reserved ?? null,
    };
    const problems = [
      ...(await this.reading.hostProblems(web, editor, planned)),
      ...placeProblems(planned, '', askedIn(editor)),
    ];
    if (problems.length > 0) return this.placePage(web, id, place, { typed, problems, stale: false });
    return this.saved(web, editor, typed, replaced(editor, planned), (refused) =>
      this.placePage(web, id, place, refused),
    );
  }

  /** Of a button that says all by itself there is nothing to type again. */
  private saveList(web: WebRequest, editor: Editor, places: readonly PlaceDraft[]): Promise<View | Redirect> {
    return this.saved(web, editor, typedFromForm(web.body), places, (refused) =>
      this.listPage(web, editor.call.id, refused),
    );
  }

  private async saved(
    web: WebRequest,
    editor: Editor,
    typed: Typed,
    places: readonly PlaceDraft[],
    comesBack: (refused: Refused) => Promise<View>,
  ): Promise<View | Redirect> {
    try {
      await this.edit.editCall(web.ctx, editor.call.id, Number(typed['version']), { places });
    } catch (error) {
      if (!(error instanceof DomainError) || !['invalid', 'stale'].includes(error.code)) throw error;
      return comesBack({ typed, problems: error.fields, stale: error.code === 'stale' });
    }
    return redirect(typed['then'] === 'overview' ? editor.href : `${editor.href}/places`, {
      flash: { kind: 'success', key: 'calls.editor.saved' },
    });
  }

  private listPage(web: WebRequest, id: string, refused: Refused | null): Promise<View> {
    return this.page(web, id, refused, 'calls/editor/places.njk', (ctx, editor) =>
      this.reading.list(ctx, editor, refused),
    );
  }

  private placePage(
    web: WebRequest,
    id: string,
    place: string | null,
    refused: Refused | null,
  ): Promise<View> {
    return this.page(web, id, refused, 'calls/editor/place.njk', (ctx, editor) => {
      const planned = place === null ? null : plannedPlace(editor, place);
      const typed = refused?.typed ?? (planned ? typedPlace(planned) : {});
      return this.reading.form(ctx, editor, planned, typed, refused);
    });
  }

  private reservePage(
    web: WebRequest,
    id: string,
    place: string,
    kind: ReserveKind | null,
    refused: Refused | null,
  ): Promise<View> {
    return this.page(web, id, refused, 'calls/editor/reserve.njk', (ctx, editor) =>
      this.reading.reserve(ctx, editor, plannedPlace(editor, place), kind, refused),
    );
  }

  private page(
    web: WebRequest,
    id: string,
    refused: Refused | null,
    template: string,
    model: (ctx: Ctx, editor: Editor) => Promise<object>,
  ): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const editor = await this.shell.read(ctx, id, 'places');
      return view(template, await model(ctx, editor), {
        status: refused ? STATUS[refused.stale ? 'stale' : 'invalid'] : 200,
        title: { key: 'calls.editor.steps.places' },
      });
    });
  }
}

function kindOf(text: string | undefined): ReserveKind | null {
  return RESERVE_KINDS.find((kind) => kind === text) ?? null;
}

function plannedPlace(editor: Editor, id: string): PlaceDraft {
  const planned = editor.draft.places.find((place) => place.id === id);
  if (!planned) throw new DomainError('not_found');
  return planned;
}

function replaced({ draft }: Editor, place: PlaceDraft): readonly PlaceDraft[] {
  return place.id === undefined
    ? [...draft.places, place]
    : draft.places.map((each) => (each.id === place.id ? place : each));
}

function askedIn({ form }: Editor): ReadonlySet<string> {
  return new Set(form.sections.flatMap(({ questions }) => questions.map(({ id }) => id)));
}

function readReserve(kind: ReserveKind, typed: Typed, taken: readonly string[]): PlaceReserve {
  const entries = new Entries(typed);
  const number = (name: string) => (entries.text(name) ? entries.number(name) : null);
  return {
    id: reserveId(kind, taken),
    label: { sr: entries.text('label.sr'), ru: entries.text('label.ru'), en: entries.text('label.en') },
    count: entries.number('count'),
    condition: reserveCondition(kind, {
      chosen: entries.lines('chosen'),
      min: number('min'),
      max: number('max'),
    }),
  };
}
