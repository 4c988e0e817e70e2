import { type SpanAbout, SpanKind } from '@yoyaku/tracing';

/** The span of a call to the event store about one stream of that category. */
export const eventStoreSpan = (operation: 'read' | 'append', category: string): SpanAbout => ({
  name: `${operation} ${category}`,
  kind: SpanKind.CLIENT,
  attributes: {
    'db.system.name': 'eventstoredb',
    'db.operation.name': operation,
    'db.collection.name': category,
  },
});
