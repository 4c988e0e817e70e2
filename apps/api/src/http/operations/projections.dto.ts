import type { Uuid } from '@yoyaku/kernel';
import { Id, Text, Whole } from '../conventions';

export class ResumeBody {
  @Text({ optional: true, max: 200, description: 'As `quarantined` names it; all that stands still when absent' })
  tenant?: string;
}

export class SkipBody {
  @Text({ multiline: true, max: 500, description: 'Why history goes on without this event; kept with it' })
  reason: string;

  @Whole({ optional: true, min: 0, max: 1023, description: 'Every failed partition when absent' })
  partition?: number;

  @Text({ optional: true, max: 200, description: 'As `quarantined` names it; every tenant that stopped when absent' })
  tenant?: string;

  @Id({ optional: true, description: 'Of the event to pass over; all at which something stopped when absent' })
  eventId?: Uuid;
}
