import { Injectable } from '@nestjs/common';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { Disclosure } from '@yoyaku/platform';
import type { EventsQuery } from './history.dto';

/** Keeps who was shown what is personal in history. It is history itself, so the audit log tells it too. */
@Injectable()
export class Disclosures {
  constructor(private readonly commands: Commands) {}

  /** Before anything is shown: what cannot be recorded is not shown either. */
  async record({ decrypt: _, ...part }: EventsQuery, context: CommandContext): Promise<void> {
    const disclosureId = idFor(context, 'disclosure');
    const command = { type: 'DiscloseHistory', data: { disclosureId, ...part } } as const;
    // `If-Match` speaks of what is read, which is no stream of its own.
    await this.commands.execute(
      Disclosure,
      disclosureId,
      command,
      { ...context, expectedRevisions: undefined },
      'assumeEmpty',
    );
  }
}
