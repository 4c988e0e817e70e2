import { ApiProperty, PartialType } from '@nestjs/swagger';
import { NOTE_KINDS } from '@yoyaku/customers';
import type { NoteKind } from '@yoyaku/customers/events';
import type { Uuid } from '@yoyaku/kernel';
import { Flag, Id, ListQuery, OneOf, PageOf, Sort, Text, VersionedView } from '../conventions';

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

export class NoteView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  customerId: Uuid;

  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ enum: NOTE_KINDS })
  kind: string;

  @ApiProperty({ type: String, nullable: true, description: 'Null once erased' })
  text: string | null;

  @ApiProperty()
  shared: boolean;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'The user who wrote it' })
  authorId: Uuid | null;
}

export class NotePage extends PageOf(NoteView) {}
