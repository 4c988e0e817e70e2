import { ApiProperty } from '@nestjs/swagger';

/** The class of a page of such items: `class ServicePage extends PageOf(ServiceView) {}`. */
export function PageOf<Item>(type: new (...args: never[]) => Item) {
  class ItemPage {
    @ApiProperty({ type: [type] })
    items: Item[];

    @ApiProperty({ type: String, nullable: true, description: '`cursor` of the page after; null when there is none' })
    nextCursor: string | null;
  }
  return ItemPage;
}
