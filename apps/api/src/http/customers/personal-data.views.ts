import { ApiProperty } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { BookingView } from '../booking/bookings.views';
import { VersionedView } from '../conventions';
import { RecordedCustomerView } from './customer.views';
import { NoteView } from './note.views';

export class ErasedCustomerView extends VersionedView {
  @ApiProperty({ type: String, format: 'uuid' })
  businessId: Uuid;

  @ApiProperty({ enum: ['erased'] })
  status: 'erased';
}

class ExportedActorView {
  @ApiProperty({ type: String, nullable: true })
  id: string | null;

  @ApiProperty()
  role: string;

  @ApiProperty({ type: String, nullable: true, description: 'Where the customer did it from; null of others' })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true })
  userAgent: string | null;
}

class ExportedEventView {
  @ApiProperty({ type: String, format: 'uuid' })
  id: Uuid;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ example: 'booking' })
  entity: string;

  @ApiProperty()
  entityId: string;

  @ApiProperty({ example: 'BookingRequested' })
  type: string;

  @ApiProperty({ type: ExportedActorView })
  actor: ExportedActorView;

  @ApiProperty({ type: Object, additionalProperties: true })
  data: object;
}

export class CustomerExportView {
  @ApiProperty({ type: RecordedCustomerView })
  customer: RecordedCustomerView;

  @ApiProperty({ type: [NoteView], description: 'Those that were removed too, as long as they are stored' })
  notes: NoteView[];

  @ApiProperty({ type: [BookingView] })
  bookings: BookingView[];

  @ApiProperty({ type: [ExportedEventView], description: 'All that was recorded, in order' })
  events: ExportedEventView[];
}
