import { Body, Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NoteQueries } from '@projections/customers';
import type { Scope } from '@yoyaku/access';
import { Customer, CustomerFacts, type KnownNote, Note, type NoteCommand, type NoteState } from '@yoyaku/customers';
import { type CommandContext, Commands, idFor, type Versioned } from '@yoyaku/eventing';
import { DomainError, type Uuid } from '@yoyaku/kernel';
import {
  type Answer,
  Command,
  Ctx,
  created,
  done,
  IdParam,
  InScope,
  inBody,
  inQuery,
  ofThing,
  type Principal,
  Query,
  QueryString,
  result,
  User,
} from '../conventions';
import { AddNoteBody, ChangeNoteBody, NotesQuery } from './note.dto';
import { NotePage, NoteView, noteView } from './note.views';

const ofNote = ofThing(Note, 'id');

@ApiTags('Customer notes')
@Controller('customers/notes')
export class NotesController {
  constructor(
    private readonly commands: Commands,
    private readonly customers: CustomerFacts,
    private readonly queries: NoteQueries,
  ) {}

  @Command('POST', '', {
    access: { permission: 'notes:write', of: ofThing(Customer, inBody('customerId')) },
    summary: 'Write something down about a customer',
    creates: NoteView,
    refuses: ['customer.erased'],
  })
  async addNote(
    @Body() { customerId, shared = false, ...body }: AddNoteBody,
    @User() user: Principal,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NoteView>> {
    const { businessId } = await this.customers.present(customerId);
    const noteId = idFor(context, 'note');
    const note = { ...body, shared, noteId, customerId, businessId, authorId: user.userId };
    const outcome = await this.execute(noteId, { type: 'AddNote', data: note }, context);
    return created(outcome, noteView(outcome), `/customers/notes/${noteId}`);
  }

  @Query('', {
    access: { permission: 'notes:read', of: ofThing(Customer, inQuery('customerId')), self: 'else' },
    summary: 'The notes about a customer; to the customer, those that are shared',
    answers: NotePage,
    reads: ['customer-notes'],
    refuses: ['customer.erased'],
  })
  async listNotes(
    @QueryString() { limit, cursor, sort, ...filter }: NotesQuery,
    @InScope() scope: Scope,
  ): Promise<NotePage> {
    await this.customers.present(filter.customerId);
    return this.queries.list(scope, filter, { limit, cursor, sort });
  }

  @Query(':id', {
    access: { permission: 'notes:read', of: ofNote, self: 'else' },
    summary: 'A note',
    answers: NoteView,
    reads: ['customer-notes'],
    refuses: ['customer.erased'],
  })
  async getNote(@IdParam('id') id: Uuid, @InScope() scope: Scope): Promise<NoteView> {
    await this.customers.subjectOf(id);
    const note = await this.queries.find(scope, id);
    if (!note) throw new DomainError('note.not_found');
    return note;
  }

  @Command('PUT', ':id', {
    access: { permission: 'notes:write', of: ofNote },
    summary: 'Change what is given of a note',
    answers: NoteView,
    refuses: ['customer.erased', 'customer.not_found'],
  })
  async changeNote(
    @IdParam('id') id: Uuid,
    @Body() change: ChangeNoteBody,
    @Ctx() context: CommandContext,
  ): Promise<Answer<NoteView>> {
    await this.customers.subjectOf(id);
    const outcome = await this.execute(id, { type: 'ChangeNote', data: { ...change } }, context);
    return result(outcome, noteView(outcome));
  }

  @Command('DELETE', ':id', {
    access: { permission: 'notes:write', of: ofNote },
    summary: 'Remove a note',
    refuses: ['customer.erased', 'customer.not_found'],
  })
  async removeNote(@IdParam('id') id: Uuid, @Ctx() context: CommandContext): Promise<Answer> {
    await this.customers.subjectOf(id);
    return done(await this.execute(id, { type: 'RemoveNote', data: {} }, context));
  }

  private execute(id: Uuid, command: NoteCommand, context: CommandContext): Promise<Versioned<NoteState, KnownNote>> {
    return this.commands.execute(Note, id, command, context);
  }
}
