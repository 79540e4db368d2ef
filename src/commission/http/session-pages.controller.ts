import { Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Database } from '../../platform/database/database.js';
import { STATUS } from '../../platform/http/error-status.js';
import { eachOnce, textOf } from '../../platform/http/form-fields.js';
import { redirect, view } from '../../platform/http/page.js';
import type { Redirect, View } from '../../platform/http/page.js';
import { Can, ReadsNow } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { ConductSession } from '../operations/conduct-session.js';
import { KeepProtocol } from '../operations/keep-protocol.js';
import { PlanSession } from '../operations/plan-session.js';
import { ReadCommission } from '../operations/read-commission.js';
import { VoteOnItem } from '../operations/vote-on-item.js';
import { CommissionReaders, termsIn, told } from './commission-controller.js';
import { presentSession } from './presenters/present-session.js';
import type { RefusedForm } from './presenters/parts.js';
import { DomainError } from '../../shared/domain-error.js';
import type { FieldProblem } from '../../shared/domain-error.js';

const AGENDA_FIELD = /^item-(.+)$/;
const PLACE = /^[1-9]\d{0,2}$/;

/** The room of a session: each form is one act. */
@ApiExcludeController()
@Controller('commission/sessions/:id')
@ReadsNow()
export class SessionPagesController {
  constructor(
    private readonly database: Database,
    private readonly reading: ReadCommission,
    private readonly planning: PlanSession,
    private readonly conducting: ConductSession,
    private readonly voting: VoteOnItem,
    private readonly protocols: KeepProtocol,
    private readonly readers: CommissionReaders,
  ) {}

  @Get()
  @Can('commission_session.read')
  room(@Web() web: WebRequest, @Param('id') id: string): Promise<View> {
    return this.page(web, id, null);
  }

  @Post('agenda')
  @Can('commission_session.plan')
  agenda(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'agenda', 'agenda', () =>
      this.planning.setAgenda(web.ctx, id, agendaIn(eachOnce(web.body))),
    );
  }

  @Post('invite')
  @Can('commission_session.plan')
  invite(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    const { person = [] } = web.body;
    const people = typeof person === 'string' ? [person] : person;
    return this.act(web, id, 'invite', 'invited', () => this.planning.invite(web.ctx, id, people));
  }

  @Post('move')
  @Can('commission_session.plan')
  move(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'move', 'moved', () => this.planning.move(web.ctx, id, termsIn(web.body)));
  }

  @Post('cancel')
  @Can('commission_session.plan')
  cancel(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'cancel', 'cancelled', () => this.planning.cancel(web.ctx, id));
  }

  @Post('attend')
  @Can('commission_session.attend')
  attend(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'attend', 'attended', () => this.conducting.attend(web.ctx, id));
  }

  @Post('leave')
  @Can('commission_session.attend')
  leave(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'leave', 'left', () => this.conducting.leave(web.ctx, id));
  }

  @Post('open')
  @Can('commission_session.conduct')
  open(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'open', 'opened', () => this.conducting.open(web.ctx, id));
  }

  @Post('interrupt')
  @Can('commission_session.conduct')
  interrupt(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'interrupt', 'interrupted', () => this.conducting.interrupt(web.ctx, id));
  }

  @Post('close')
  @Can('commission_session.conduct')
  close(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    return this.act(web, id, 'close', 'closed', () => this.conducting.close(web.ctx, id));
  }

  @Post('items/:item/take-up')
  @Can('commission_session.conduct')
  takeUp(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, `take-${item}`, 'taken_up', () => this.conducting.takeUp(web.ctx, id, item));
  }

  @Post('items/:item/stand-aside')
  @Can('commission_session.stand_aside')
  standAside(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, `aside-${item}`, 'stood_aside', () =>
      this.conducting.standAside(web.ctx, id, item),
    );
  }

  @Post('items/:item/notes')
  @Can('commission_session.note')
  note(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, `note-${item}`, 'noted', () =>
      this.conducting.note(web.ctx, id, item, eachOnce(web.body)),
    );
  }

  @Post('items/:item/vote')
  @Can('commission_session.lead_item')
  openVote(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, `open-vote-${item}`, 'vote_opened', async () => {
      await this.voting.open(web.ctx, id, item, textOf(web.body, 'how'));
    });
  }

  @Post('items/:item/decide')
  @Can('commission_session.lead_item')
  decide(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('item') item: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, `decide-${item}`, 'decided', () =>
      this.voting.decide(web.ctx, id, item, textOf(web.body, 'outcome'), eachOnce(web.body)),
    );
  }

  @Post('votes/:vote')
  @Can('commission_session.vote')
  vote(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('vote') vote: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, 'vote', 'voted', () =>
      this.voting.cast(web.ctx, id, vote, textOf(web.body, 'ballot')),
    );
  }

  @Post('votes/:vote/close')
  @Can('commission_session.lead_item')
  closeVote(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('vote') vote: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, 'close-vote', 'vote_closed', () => this.voting.close(web.ctx, id, vote));
  }

  @Post('votes/:vote/break-off')
  @Can('commission_session.lead_item')
  breakOffVote(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('vote') vote: string,
  ): Promise<View | Redirect> {
    return this.act(web, id, 'break-off-vote', 'vote_broken_off', () =>
      this.voting.breakOff(web.ctx, id, vote, textOf(web.body, 'reason'), eachOnce(web.body)),
    );
  }

  @Post('protocol')
  @Can('commission_protocol.draft')
  async protocol(@Web() web: WebRequest, @Param('id') id: string): Promise<View | Redirect> {
    try {
      const protocol = await this.protocols.draft(web.ctx, id);
      return redirect(`/commission/protocols/${protocol}`, {
        flash: { kind: 'success', key: 'commission.done.drafted' },
      });
    } catch (error) {
      return this.page(web, id, { form: 'protocol', error: told(error), typed: {} });
    }
  }

  private async act(
    web: WebRequest,
    id: string,
    form: string,
    done: string,
    run: () => Promise<void>,
  ): Promise<View | Redirect> {
    try {
      await run();
    } catch (error) {
      // How somebody wanted to vote is in no page that comes back.
      const typed = Object.fromEntries(
        Object.entries(eachOnce(web.body)).filter(([name]) => name !== 'ballot'),
      );
      return this.page(web, id, { form, error: told(error), typed });
    }
    return redirect(`/commission/sessions/${id}`, {
      flash: { kind: 'success', key: `commission.done.${done}` },
    });
  }

  private page(web: WebRequest, id: string, refused: RefusedForm | null): Promise<View> {
    return this.database.read(web.ctx, async (ctx) => {
      const open = await this.reading.session(ctx, id);
      return view('commission/session.njk', presentSession(await this.readers.of(ctx), open, refused), {
        title: { key: 'commission.session.named', values: { number: open.record.session.number } },
        ...(refused ? { status: STATUS[refused.error.code] } : {}),
      });
    });
  }
}

/** Items in the order of their numbers; without one they are left out. @throws DomainError where something else was typed */
function agendaIn(typed: Readonly<Record<string, string>>): readonly string[] {
  const wanted: { readonly item: string; readonly place: number }[] = [];
  const problems: FieldProblem[] = [];
  for (const [field, text] of Object.entries(typed)) {
    const [, item] = AGENDA_FIELD.exec(field) ?? [];
    const place = text.trim();
    if (!item || place === '') continue;
    if (PLACE.test(place)) wanted.push({ item, place: Number(place) });
    else problems.push({ field, problem: 'not_number' });
  }
  if (problems.length > 0) throw new DomainError('invalid', { fields: problems });
  return wanted.sort((one, other) => one.place - other.place).map(({ item }) => item);
}
