import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NoteQueries } from '@projections/customers';
import {
  Customer,
  CustomerFacts,
  type KnownCustomer,
  type KnownNote,
  Note,
  type NoteCommand,
  type NoteState,
} from '@yoyaku/customers';
import { type CommandContext, Commands, idFor, type Versioned } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import { Scopes } from '../business/scopes';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  inBody,
  inQuery,
  ofAggregate,
  type Principal,
  Query,
  QueryString,
  result,
  User,
} from '../conventions';
import { noteView } from './customer.views';
import { AddNoteBody, ChangeNoteBody, NotePage, NotesQuery, NoteView } from './note.dto';

const ofNote = ofAggregate(Note, 'id');

@ApiTags('Customer notes')
@Controller('customers/notes')
export class NotesController {
  constructor(
    private readonly commands: Commands,
    private readonly customers: CustomerFacts,
    private readonly queries: NoteQueries,
    private readonly scopes: Scopes,
  ) {}

  @Command('POST', '', {
    access: { permission: 'notes:write', tenant: ofAggregate(Customer, inBody('customerId')) },
    summary: 'Write something down about a customer',
    creates: NoteView,
  })
  async addNote(
    @Body() { customerId, shared = false, ...body }: AddNoteBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NoteView>> {
    const { businessId } = await this.covered(user, await this.customers.present(customerId));
    const noteId = idFor(context, 'note');
    const note = { ...body, shared, noteId, customerId, businessId, authorId: user.userId };
    const outcome = await this.execute(noteId, { type: 'AddNote', data: note }, context);
    return created(outcome, noteView(outcome), `/customers/notes/${noteId}`);
  }

  @Query('', {
    access: 'user',
    summary: 'The notes about a customer; to the customer, those that are shared',
    answers: NotePage,
    refuses: [404, 409],
    reads: ['customer-notes'],
    about: ofAggregate(Customer, inQuery('customerId')),
  })
  async listNotes(
    @QueryString() { limit, cursor, sort, ...filter }: NotesQuery,
    @User() user: Principal,
  ): Promise<NotePage> {
    const customer = await this.customers.present(filter.customerId);
    const covered = await this.scopes.cover(user, 'notes:read', customer);
    if (!covered && customer.userId !== user.userId) throw new DomainError('customer.not_found');
    return this.queries.list(covered ? filter : { ...filter, shared: true }, { limit, cursor, sort });
  }

  @Query(':id', {
    access: 'user',
    summary: 'A note',
    answers: NoteView,
    refuses: [409],
    reads: ['customer-notes'],
    about: ofNote,
  })
  async getNote(@IdParam('id') id: Uuid, @User() user: Principal): Promise<NoteView> {
    const customer = await this.customers.subjectOf(id);
    const note = await this.queries.find(id);
    if (!note) throw new DomainError('note.not_found');
    const shared = note.shared && customer.userId === user.userId;
    if (shared || (await this.scopes.cover(user, 'notes:read', customer))) return note;
    throw new DomainError('note.not_found');
  }

  @Command('PUT', ':id', {
    access: { permission: 'notes:write', tenant: ofNote },
    summary: 'Change what is given of a note',
    answers: NoteView,
  })
  async changeNote(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeNoteBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NoteView>> {
    await this.covered(user, await this.customers.subjectOf(id));
    const outcome = await this.execute(id, { type: 'ChangeNote', data: { ...change } }, context);
    return result(outcome, noteView(outcome));
  }

  @Command('DELETE', ':id', { access: { permission: 'notes:write', tenant: ofNote }, summary: 'Remove a note' })
  async removeNote(@IdParam('id') id: Uuid, @User() user: Principal, @Ctx() context: CommandContext): Promise<Answer> {
    await this.covered(user, await this.customers.subjectOf(id));
    return done(await this.execute(id, { type: 'RemoveNote', data: {} }, context));
  }

  /** Throws `customer.not_found` for customers that the user's right to write does not reach. */
  private async covered(user: Principal, customer: KnownCustomer): Promise<KnownCustomer> {
    if (await this.scopes.cover(user, 'notes:write', customer)) return customer;
    throw new DomainError('customer.not_found');
  }

  private execute(id: Uuid, command: NoteCommand, context: CommandContext): Promise<Versioned<NoteState, KnownNote>> {
    return this.commands.execute(Note, id, command, context);
  }
}
