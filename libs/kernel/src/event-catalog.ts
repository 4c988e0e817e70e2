import type { Message, OfType } from './decider';

/** Only fields that can be `null` may hold personal data, because after erasure they are read as `null`. */
type ErasableField<Data> = { [K in keyof Data]-?: null extends Data[K] ? K : never }[keyof Data] & string;
type TextField<Data> = { [K in keyof Data]-?: Data[K] extends string | null ? K : never }[keyof Data] & string;

/** What the store must know of one event type beyond its shape. */
export interface EventDefinition<Data = object> {
  /** Version of the data's shape that is written today; starts at 1. */
  readonly version: number;
  /**
   * Personal `fields`. They are encrypted with the key of the person they are about: `of` is the category of that
   * person's own stream, `subject` the field with the id. Once the key is destroyed they are read as `null`.
   */
  readonly pii?: {
    readonly of: string;
    readonly subject: TextField<Data>;
    readonly fields: readonly ErasableField<Data>[];
  };
  /** Personal fields that open doors elsewhere: nobody is shown them in the history, whatever he may read of it. */
  readonly secret?: readonly ErasableField<Data>[];
  /** From each past version to the next one. They are applied one after the other when an event is read. */
  readonly upcasts?: Readonly<Record<number, (data: Readonly<Record<string, unknown>>) => Record<string, unknown>>>;
}

/** Every event type of one stream category. */
export type EventCatalog<E extends Message = Message> = {
  readonly [T in E['type']]: EventDefinition<OfType<E, T>['data']>;
};

/** A definition of the common kind: first version, no personal data. */
export const plain = { version: 1 } as const;
