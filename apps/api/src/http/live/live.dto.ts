import type { Uuid } from '@yoyaku/kernel';
import { Id, Text } from '../conventions';

export class LiveQuery {
  @Id({
    optional: true,
    description: 'Only this business; needed for the availability of one that one does not work for',
  })
  businessId?: Uuid;

  @Text({ optional: true, max: 100, description: 'Stands for `Last-Event-ID`: what happened after that event' })
  lastEventId?: string;

  @Text({ optional: true, max: 200, description: 'Of `POST /events/ticket`: stands for the bearer token, once' })
  ticket?: string;
}
