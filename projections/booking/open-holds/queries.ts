import { Injectable } from '@nestjs/common';
import type { Instant } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import type { OpenHoldRow } from './table';

@Injectable()
export class OpenHoldQueries {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * Holds that have been open since before that moment; what has passed by now holds up nobody. Of too many for once
   * some, by chance: those of a tenant whose rows stand still stay open for ever.
   */
  openSince(before: Instant, now: Instant, limit: number): Promise<OpenHoldRow[]> {
    return this.readModels.query(
      'select * from read.open_holds where since <= $1 and ends_at > $2 order by random() limit $3',
      [before, now, limit],
    );
  }
}
