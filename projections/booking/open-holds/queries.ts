import { Injectable } from '@nestjs/common';
import type { Instant } from '@yoyaku/kernel';
import { ReadModels } from '@yoyaku/projecting';
import { LessThanOrEqual, MoreThan } from 'typeorm';
import { type OpenHoldRow, openHolds } from './table';

@Injectable()
export class OpenHoldQueries {
  constructor(private readonly readModels: ReadModels) {}

  /**
   * Holds that have been open since before that moment, of bookings that end after the other. If there are more than
   * the limit, a random choice: otherwise the rows of a tenant whose projection has stopped would fill every answer.
   */
  openSince(before: Instant, endingAfter: Instant, limit: number): Promise<OpenHoldRow[]> {
    return this.readModels
      .unscoped(openHolds)
      .where({ since: LessThanOrEqual(before), endsAt: MoreThan(endingAfter) })
      .atRandom(limit);
  }
}
