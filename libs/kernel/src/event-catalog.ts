import type { Message, OfType } from './decider';

/** Fields that may hold personal data are those that can be `null`: that is what they read as once erased. */
type ErasableField<Data> = { [K in keyof Data]-?: null extends Data[K] ? K : never }[keyof Data] & string;
type TextField<Data> = { [K in keyof Data]-?: Data[K] extends string | null ? K : never }[keyof Data] & string;

/** What the store must know of one event type beyond its shape. */
export interface EventDefinition<Data = object> {
  /** Version of the data's shape that is written today; starts at 1. */
  readonly version: number;
  /**
   * Fields encrypted with the key of whom they are about: a thing `of` that kind (the category of its own stream), whose
   * id is in the field `subject`. Erasing the key makes them `null`.
   */
  readonly pii?: {
    readonly of: string;
    readonly subject: TextField<Data>;
    readonly fields: readonly ErasableField<Data>[];
  };
  /** From each past version to the next one; applied in turn at read. */
  readonly upcasts?: Readonly<Record<number, (data: Readonly<Record<string, unknown>>) => Record<string, unknown>>>;
}

/** Every event type of one stream category. */
export type EventCatalog<E extends Message = Message> = {
  readonly [T in E['type']]: EventDefinition<OfType<E, T>['data']>;
};

/** A definition of the common kind: first version, no personal data. */
export const plain = { version: 1 } as const;
