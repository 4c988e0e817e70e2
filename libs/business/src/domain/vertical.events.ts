import { type EventCatalog, type Message, plain, type Uuid } from '@yoyaku/kernel';

/** The category of the streams. */
export const VERTICAL = 'vertical';

/** A category of businesses, such as hair salons. */
export interface VerticalDetails {
  readonly name: string;
  readonly description: string | null;
}

interface Vertical {
  readonly verticalId: Uuid;
}

export type VerticalEvent =
  | Message<'VerticalCreated', Vertical & VerticalDetails>
  | Message<'VerticalChanged', Vertical & VerticalDetails>
  | Message<'VerticalRemoved', Vertical>;

export const verticalEvents: EventCatalog<VerticalEvent> = {
  VerticalCreated: plain,
  VerticalChanged: plain,
  VerticalRemoved: plain,
};
