import { inspect, styleText } from 'node:util';
import type { RecordedEvent, StoredEvent } from '@yoyaku/eventing';
import { plain } from './output/plain';

type Shown = Pick<RecordedEvent, 'stream' | 'revision' | 'position' | 'type' | 'data' | 'tenantId' | 'actor' | 'at'>;

/** Line breaks are where `inspect` has them; those inside a text are written as codes. */
const DATA = { depth: null, breakLength: 100, maxArrayLength: null, maxStringLength: null } as const;

/** An event for people: where it stands and what it is, who did it and when, and below that its data. */
export function eventInWords({ stream, revision, position, type, data, tenantId, actor, at }: Shown): string {
  const who = actor.id === null ? actor.role : `${actor.role} ${actor.id}`;
  const lines = [
    `${position}  ${styleText('bold', plain(type))}  ${plain(stream)}, revision ${revision}`,
    `  ${plain(`${at}, by ${who}, tenant ${tenantId}`)}`,
    ...inspect(data, DATA)
      .split('\n')
      .map((line) => `  ${plain(line)}`),
  ];
  return lines.join('\n');
}

export function storedInWords(event: StoredEvent): string {
  const { metadata, flaw } = event;
  const words = eventInWords({ ...event, ...metadata, at: metadata.occurredAt });
  return flaw === undefined ? words : `${words}\n  ${styleText('red', `It says it is ours, but ${plain(flaw)}`)}`;
}
