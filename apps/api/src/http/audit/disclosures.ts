import { Injectable } from '@nestjs/common';
import { type CommandContext, Commands, idFor } from '@yoyaku/eventing';
import { Disclosure } from '@yoyaku/platform';
import type { EventsQuery } from './history.dto';

/** Records who was shown personal data in the history. The record is an event, so the audit log shows it too. */
@Injectable()
export class Disclosures {
  constructor(private readonly commands: Commands) {}

  /** Runs before anything is shown: if it cannot be recorded, nothing is shown. */
  async record({ decrypt: _, ...part }: EventsQuery, context: CommandContext): Promise<void> {
    const disclosureId = idFor(context, 'disclosure');
    const command = { type: 'DiscloseHistory', data: { disclosureId, ...part } } as const;
    // `If-Match` is about what is read, not about the stream of this record.
    await this.commands.execute(
      Disclosure,
      disclosureId,
      command,
      { ...context, expectedRevisions: undefined },
      'assumeEmpty',
    );
  }
}
