import { PartialType } from '@nestjs/swagger';
import { NOTE_KINDS } from '@yoyaku/customers';
import type { NoteKind } from '@yoyaku/customers/events';
import type { Uuid } from '@yoyaku/kernel';
import { Flag, Id, ListQuery, OneOf, Sort, Text } from '../conventions';

class NoteFields {
  @OneOf(NOTE_KINDS)
  kind: NoteKind;

  @Text({ multiline: true, max: 5000 })
  text: string;

  @Flag({ optional: true, description: 'The customer may read it too' })
  shared?: boolean;
}

export class AddNoteBody extends NoteFields {
  @Id()
  customerId: Uuid;
}

export class ChangeNoteBody extends PartialType(NoteFields, { skipNullProperties: false }) {}

export class NotesQuery extends ListQuery {
  @Id()
  customerId: Uuid;

  @OneOf(NOTE_KINDS, { optional: true })
  kind?: NoteKind;

  @Sort('-createdAt', 'kind')
  sort?: string;
}
