import { ApiProperty } from '@nestjs/swagger';
import type { KnownVertical } from '@yoyaku/business';
import { PageOf, type Shown, VersionedView, versionOf } from '../conventions';

export class VerticalView extends VersionedView {
  @ApiProperty({ example: 'Hair salons' })
  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;
}

export class VerticalPage extends PageOf(VerticalView) {}

/** A vertical right after a command. */
export function verticalView(outcome: Shown<KnownVertical>): VerticalView {
  const { name, description } = outcome.known;
  return { ...versionOf(outcome), name, description };
}
