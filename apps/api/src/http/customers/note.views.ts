import { ApiProperty } from '@nestjs/swagger';
import { type KnownNote, NOTE_KINDS } from '@yoyaku/customers';
import type { Uuid } from '@yoyaku/kernel';
import { PageOf, type Shown, VersionedView, versionOf } from '../conventions';

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

/** A note right after a command. */
export function noteView(outcome: Shown<KnownNote>): NoteView {
  const { noteId: _, status: __, ...note } = outcome.known;
  return { ...note, ...versionOf(outcome) };
}
